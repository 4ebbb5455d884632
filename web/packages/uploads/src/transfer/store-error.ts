/** What can go wrong between the browser and the store. */

/**
 * - `already_there`: the store has an object with this key: ours, from a try that lost its response.
 * - `expired`: the store rejected the URL; a fresh one may work.
 * - `network`, `stalled`, `busy`: the same request may work later.
 * - `no_answer`: the service responds and the store does not: its public address may be wrong.
 * - `blocked`: the store's address responds, but not to this upload: a proxy's limit (413), or CORS.
 * - `gone`: the store no longer has the multipart upload.
 * - `refused`: retrying does not help.
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

/** For logs. An app shows its users its own text for each kind. */
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
  /** The HTTP status from the store; 0 without a response. */
  readonly status: number;
  /** The store's error code, such as BadDigest; may be empty. */
  readonly code: string;
  /** The store's error message; may be empty. */
  readonly detail: string;

  /** The origin that failed, such as https://files.example.com; empty if it does not matter. */
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

/** Return the kind of failure that a response from the store means. */
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
