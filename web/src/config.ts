/** What the build was told, read and checked once. */

const origin: unknown = import.meta.env["VITE_API_ORIGIN"];

if (origin !== undefined && !(typeof origin === "string" && URL.canParse(origin))) {
  throw new Error(`VITE_API_ORIGIN is not an address: ${JSON.stringify(origin)}`);
}

export const config = {
  /** Where the service answers. Unset, it is the origin that served the page. */
  apiOrigin: origin ?? globalThis.location.origin,
  /** Songs asked for at first, and at a time when scrolling on. */
  pageSize: 50,
  nextPageSize: 200,
} as const;
