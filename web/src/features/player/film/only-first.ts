/** Keeps a stream to one version of each of its files: a segment of another would be joined to those of before. */

/** Whether a stream may read on in a file, given which version of it there is now. */
export type GoesOn = (name: string, version: string) => boolean;

/** The first version that is named for a file is the one. */
export function onlyFirst(): GoesOn {
  const versions = new Map<string, string>();
  return (name, version) => {
    const first = versions.get(name) ?? version;
    versions.set(name, first);
    return first === version;
  };
}
