/** The addresses of the views of accounts. The service serves the page at them: service/operations/api/page.py. */

const PLACES = ["sign-in", "register", "verify", "forgot", "reset", "account", "link", "admin"] as const;
export type Place = (typeof PLACES)[number];

/** Return the view at an address; null if it is none of accounts. */
export function placeAt(address: string): Place | null {
  return PLACES.find((place) => address.split("?", 1)[0] === `/${place}`) ?? null;
}
