/** What can go wrong between the browser and the store. */

/**
 * - `already_there`: the store has an object under this key; ours, from a try whose answer was lost.
 * - `expired`: the store did not accept the address; a fresh one may do.
 * - `network`, `stalled`, `busy`: the same request may do later.
 * - `no_answer`: the service answers and the store does not, from here: its public address may be wrong.
 * - `blocked`: the store's address answers, but not to this upload: a proxy's limit (413), or CORS.
 * - `gone`: the store knows the upload in parts no longer.
 * - `refused`: trying again changes nothing.
 * - `unreadable`: the browser could not read the file from the disk.
 */
export type StoreFailure =
  | "already_there"
  | "expired"
  | "network"
  | "stalled"
  | "busy"
  | "no_answer"
  | "blocked"
  | "gone"
  | "refused"
  | "unreadable";

/** In short; an app that speaks to people has its own words for each kind. */
const IN_SHORT: Readonly<Record<StoreFailure, string>> = {
  already_there: "The store has it already",
  expired: "The store did not accept the address",
  network: "The store can't be reached",
  stalled: "The connection stopped moving",
  busy: "The store is too busy",
  no_answer: "The service answers, the store does not",
  blocked: "Something in front of the store turned the upload away",
  gone: "The store has dropped the upload",
  refused: "The store refused the file",
  unreadable: "The file could not be read",
};

export class StoreError extends Error {
  readonly kind: StoreFailure;
  /** Of the store's answer; 0 where there was none. */
  readonly status: number;
  /** The store's own word for it, such as BadDigest; may be empty. */
  readonly code: string;
  /** The store's own sentence; may be empty. */
  readonly detail: string;

  /** Where the store should have answered, such as https://files.example.com; empty where that is not the question. */
  readonly address: string;

  constructor(kind: StoreFailure, status = 0, body = "", address = "") {
    const [code, detail] = [tag(body, "Code"), tag(body, "Message")];
    super([IN_SHORT[kind], address, status || "", code, detail].filter(Boolean).join(": "));
    this.name = "StoreError";
    this.kind = kind;
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.address = address;
  }
}

/** The kind of failure that the store's answer means. */
export function failureOf(status: number, body = ""): StoreFailure {
  if (status === 412) return "already_there";
  if (status === 403) return "expired";
  if (status === 413) return "blocked";
  if (status === 404 && tag(body, "Code") === "NoSuchUpload") return "gone";
  // 409: S3 answers ConditionalRequestConflict while another PUT of the same key is under way.
  if (status === 408 || status === 409 || status === 429 || status >= 500) return "busy";
  return "refused";
}

/** One element of the store's small XML error document. */
function tag(xml: string, name: "Code" | "Message"): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() ?? "";
}
