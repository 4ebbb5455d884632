/** The build's settings, read and checked once. */

const origin: unknown = import.meta.env["VITE_API_ORIGIN"];

if (origin !== undefined && !(typeof origin === "string" && URL.canParse(origin))) {
  throw new Error(`VITE_API_ORIGIN is not an address: ${JSON.stringify(origin)}`);
}

export const config = {
  /** The service's origin. If unset, the origin that served the page. */
  apiOrigin: origin ?? globalThis.location.origin,
  /** Files in the first page of the list, and in each page after it. */
  pageSize: 50,
  nextPageSize: 200,
} as const;
