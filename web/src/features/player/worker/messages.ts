/** What the page and its media worker say to each other. Types only: the worker shares no code with the page. */

/** From the worker. */
export type WorkerMessage =
  /** Answered on the port that comes with it. */
  | { type: "address"; file_id: string; refused: string | null }
  | { type: "trouble"; file_id: string; stuck: boolean };

/** On that port. `later`: ask again; `never`: there is no such song any more. */
export type AddressAnswer = { url: string } | { url: null; again: "later" | "never" };
