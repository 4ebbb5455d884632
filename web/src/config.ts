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
  /** Requests to the store at once, over all files: as many connections as a browser opens to one host. */
  simultaneousRequests: 6,
  /** Of a larger file only the parts are hashed, not the whole: all of it would be held in memory. */
  checksumMaxBytes: 64 * 1024 * 1024,
  /** From this size on it is worth asking whether an earlier try of the same file can be continued. */
  continueMinBytes: 16 * 1024 * 1024,
  /** Songs up to this size are kept in the browser while they are under way, and go on after a reload by themselves. */
  keepMaxBytes: 16 * 1024 * 1024,
  /** As much of the disk as the kept songs may take together. */
  keepTotalBytes: 300 * 1024 * 1024,
  /** A socket that moved no byte for so long is given up and tried again. */
  stallAfterMs: 20_000,
  /** Songs asked for at first, and at a time when scrolling on. */
  pageSize: 50,
  nextPageSize: 200,
} as const;
