/** Messages between the page and its media worker. Types only: the worker shares no code with the page. */

/** From the worker. */
export type WorkerMessage =
  /** Answered on the port sent with it. */
  | { type: "address"; file_id: string; rendition: string | null; version: string; refused: string | null }
  | { type: "trouble"; file_id: string; stuck: boolean };

/** The answer on that port. `later`: ask again; `never`: the file no longer exists, or has other bytes than that version. */
export type AddressAnswer = Address | { url: null; again: "later" | "never" };

/** An address of a file in a store. */
export interface Address {
  url: string;
  /** The ETag that the store will send with the bytes; null if only the store knows it. */
  etag: string | null;
}
