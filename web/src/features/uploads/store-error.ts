/** What can go wrong between the browser and the store, and how it reads. */
import { words } from "../../lib/words";

/**
 * - `already_there`: the store has an object under this key; ours, from a try whose answer was lost.
 * - `expired`: the store did not accept the address; a fresh one may do.
 * - `network`, `stalled`, `busy`: the same request may do later.
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
  | "gone"
  | "refused"
  | "unreadable";

export class StoreError extends Error {
  readonly kind: StoreFailure;
  /** Why, and what to do: for a person. */
  readonly detail: string;
  readonly hint: string;

  constructor(kind: StoreFailure, status = 0, body = "") {
    const { detail, hint } = explain(kind, status, body);
    super(detail);
    this.name = "StoreError";
    this.kind = kind;
    this.detail = detail;
    this.hint = hint;
  }
}

/** The kind of failure that the store's answer means. */
export function failureOf(status: number, body = ""): StoreFailure {
  if (status === 412) return "already_there";
  if (status === 403) return "expired";
  if (status === 404 && tag(body, "Code") === "NoSuchUpload") return "gone";
  // 409: S3 answers ConditionalRequestConflict while another PUT of the same key is under way.
  if (status === 408 || status === 409 || status === 429 || status >= 500) return "busy";
  return "refused";
}

function explain(kind: StoreFailure, status: number, body: string) {
  const said = status > 0 ? wordsOfStore(status, body) : "";
  switch (kind) {
    case "network":
    case "stalled":
    case "unreadable":
      return words.store.kinds[kind];
    case "expired":
    case "busy":
      return { detail: words.store.kinds[kind].detail, hint: `${words.store.kinds[kind].hint} ${said}`.trim() };
    case "already_there":
    case "gone":
    case "refused":
      return { detail: words.store.codes[tag(body, "Code")] ?? words.store.kinds.refused.detail, hint: said };
  }
}

function wordsOfStore(status: number, body: string): string {
  return words.store.said(status, tag(body, "Code"), tag(body, "Message"));
}

/** One element of the store's small XML error document. */
function tag(xml: string, name: "Code" | "Message"): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim() ?? "";
}
