/** Why an upload failed and what to do, for a person. */
import { StoreError, type UploadError } from "@moodrop/uploads";
import { inWords } from "./problem-words";
import { words } from "./words";

export interface Failure {
  detail: string;
  hint: string;
}

export function failureInWords(error: UploadError): Failure {
  return error instanceof StoreError ? ofStore(error) : inWords(error);
}

/** The file is stored; only its cover failed. */
export function lostCoverInWords(name: string, error: UploadError): Failure {
  return { detail: words.uploads.coverFailed(name), hint: failureInWords(error).detail };
}

/** The file is stored; only what was entered since its start is not. */
export function lostEditsInWords(name: string, error: UploadError): Failure {
  const { detail, hint } = failureInWords(error);
  return { detail: words.edit.failed(1, name, detail), hint };
}

function ofStore({ kind, status, code, detail, address }: StoreError): Failure {
  const quoted = status > 0 ? words.store.response(status, code, detail) : "";
  switch (kind) {
    case "no_answer":
      return { detail: words.store.noAnswer(hostOf(address)), hint: words.store.noAnswerHint };
    case "blocked":
      return { detail: words.store.blocked(hostOf(address)), hint: words.store.blockedHint };
    case "network":
    case "stalled":
    case "unreadable":
      return words.store.kinds[kind];
    case "expired":
    case "busy":
      return { detail: words.store.kinds[kind].detail, hint: `${words.store.kinds[kind].hint} ${quoted}`.trim() };
    case "already_there":
    case "gone":
    case "refused":
      return { detail: words.store.codes[code] ?? words.store.kinds.refused.detail, hint: quoted };
  }
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
