/** Messages between the page and its media worker. Types only: the worker shares no code with the page. */

/** From the worker. */
export type WorkerMessage =
  /** Answered on the port sent with it. */
  | { type: "address"; file_id: string; rendition: string | null; refused: string | null }
  | { type: "trouble"; file_id: string; stuck: boolean };

/** The answer on that port. `later`: ask again; `never`: the file no longer exists. */
export type AddressAnswer = { url: string } | { url: null; again: "later" | "never" };
