/** Every text of a dictionary, for tests that compare languages. */

export type Text = string | ((...given: unknown[]) => string);

/** Each text with its place, such as `files.play`. */
export function textsOf(dictionary: object, path = ""): [string, Text][] {
  return Object.entries(dictionary).flatMap(([key, value]: [string, Text | object]) => {
    const place = path ? `${path}.${key}` : key;
    return typeof value === "object" ? textsOf(value, place) : [[place, value] satisfies [string, Text]];
  });
}
