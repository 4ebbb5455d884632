/** Every text of a dictionary, for tests that compare languages. */

export type Text = string | ((...given: unknown[]) => string);

/** Each text with its place, such as `files.play`. */
export function textsOf(dictionary: object, path = ""): [string, Text][] {
  return Object.entries(dictionary).flatMap(([key, value]: [string, Text | object]) => {
    const place = path ? `${path}.${key}` : key;
    return typeof value === "object" ? textsOf(value, place) : [[place, value] satisfies [string, Text]];
  });
}

/** The places of a dictionary, in order. */
export const placesOf = (dictionary: object): string[] => textsOf(dictionary).map(([place]) => place).toSorted();

/** Each place with what it says; texts with gaps are given these values. */
export function sayingsOf(dictionary: object, ...given: unknown[]): [string, string][] {
  return textsOf(dictionary).map(([place, text]) => [place, typeof text === "string" ? text : text(...given)]);
}

/** The places at which a dictionary says what English says. */
export function placesLeftIn(english: object, dictionary: object, ...given: unknown[]): string[] {
  const originals = new Map(sayingsOf(english, ...given));
  return sayingsOf(dictionary, ...given).flatMap(([place, saying]) => (saying === originals.get(place) ? [place] : []));
}
