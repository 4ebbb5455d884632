/** What the build was told, read and checked once. */

const origin: unknown = import.meta.env["VITE_API_ORIGIN"];

if (origin !== undefined && !(typeof origin === "string" && URL.canParse(origin))) {
  throw new Error(`VITE_API_ORIGIN is not an address: ${JSON.stringify(origin)}`);
}

export const config = {
  /** Where the service answers. Unset, it is the origin that served the page. */
  apiOrigin: origin ?? globalThis.location.origin,
  /** How many files are sent at once; more only share the same line. */
  simultaneousUploads: 3,
  /** Above this the whole file would be held in memory to be hashed, so it is sent without a checksum. */
  checksumMaxBytes: 256 * 1024 * 1024,
  /** A socket that moved no byte for so long is given up and tried again. */
  stallAfterMs: 20_000,
  /** Songs asked for at a time. */
  pageSize: 50,
} as const;
