/** What a chosen file is known by again after a reload, in another tab, on another device. */

/** name|size|last_modified_ms. A changed file has another one, so no two versions are ever mixed. */
export function fingerprintOf(file: Pick<File, "name" | "size" | "lastModified">): string {
  // The name's end tells more than its beginning; the service takes 512 characters of one line.
  const name = file.name.replaceAll(/\p{Cc}/gu, " ").slice(-400);
  return `${name}|${file.size}|${file.lastModified}`;
}
