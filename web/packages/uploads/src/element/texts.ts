/** What the element says of moods, limits, uploads and failures: the page's sentences. */
import { isMoving, percent, speedOf, timeLeft, type MovingProgress, type Summary, type Upload, type UploadError } from "../queue/upload-progress.js";
import type { Refusal, Restrictions } from "../queue/restrictions.js";
import { StoreError } from "../transfer/store-error.js";
import type { Dictionary } from "./language.js";
import type { Trouble } from "./words/en.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Every sentence, in the dictionary's language. */
export function createTexts({ words, locale }: Dictionary) {
  function duration(ms: number): string {
    if (ms < 8 * SECOND) return words.time.fewSeconds;
    if (ms < 50 * SECOND) return words.time.seconds(Math.ceil(ms / SECOND / 10) * 10);
    if (ms < 90 * SECOND) return words.time.minute;
    if (ms < 50 * MINUTE) return words.time.minutes(Math.round(ms / MINUTE));
    if (ms < 90 * MINUTE) return words.time.hour;
    if (ms < 22 * HOUR) return words.time.hours(Math.round(ms / HOUR));
    return ms < 36 * HOUR ? words.time.day : words.time.days(Math.round(ms / DAY));
  }

  function failure(error: UploadError): Trouble {
    if (error instanceof StoreError) return storeFailure(error);
    if (error.code === "unreachable") return words.problems.unreachable;
    if (error.status === 401) return { detail: words.session.refused, hint: "" };
    if (error.code === "unexpected_answer") return { detail: words.problems.unexpected(error.status), hint: error.hint };
    return words.problems.codes[error.code] ?? { detail: error.detail, hint: error.hint };
  }

  function storeFailure({ kind, status, code, detail, address }: StoreError): Trouble {
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

  const kindOf = (type: string) => words.add.kinds[type] ?? words.add.kinds[familyOf(type)] ?? type;

  function refusal({ filename, size_bytes, reason }: Refusal, limits: Restrictions): string {
    switch (reason) {
      case "known":
        return words.add.duplicate(filename);
      case "too_large":
        return words.add.tooLarge(filename, size_bytes, limits.max_upload_bytes);
      case "not_allowed":
        return words.add.notAllowed(filename, words.add.list([...new Set(limits.allowed_content_types.map(kindOf))]));
    }
  }

  function waitingNote({ cause, starts_over }: MovingProgress): string {
    if (!cause) return starts_over ? words.uploads.offlineStartsOver : words.app.offline;
    return joined(" ", failure(cause).detail, words.uploads.tryingAgain, starts_over && words.uploads.startsOver);
  }

  function sendingNote(upload: Upload, sent: number): string {
    const [speed, left] = [speedOf(upload.progress), timeLeft(upload)];
    const moved = speed ? locale.speed(speed) : words.uploads.sentOf(sent, upload.size_bytes);
    return joined(" · ", locale.percent(percent(upload)), moved, left !== null && words.uploads.left(duration(left)));
  }

  return {
    words,
    failure,
    refusal,
    moodName: (mood: string) => words.moods.names[mood] ?? mood.charAt(0).toUpperCase() + mood.slice(1),
    limits: ({ allowed_content_types, max_upload_bytes }: Restrictions) =>
      words.add.limits(words.add.list([...new Set(allowed_content_types.map(kindOf))]), max_upload_bytes),
    size: (bytes: number) => locale.bytes(bytes),

    /** How far an upload is. Empty if it has failed: then the failure is shown. */
    note(upload: Upload): string {
      const { progress, size_bytes } = upload;
      const sent = isMoving(progress) ? progress.sent_bytes : 0;
      switch (progress.status) {
        case "sending":
          return sendingNote(upload, sent);
        case "paused":
          return `${words.uploads.paused} · ${progress.starts_over ? words.uploads.startsOver : words.uploads.sentOf(sent, size_bytes)}`;
        case "pausing":
          return `${words.uploads.pausing} · ${words.uploads.sentOf(sent, size_bytes)}`;
        case "waiting":
          return waitingNote(progress);
        case "done":
        case "queued":
          return `${words.uploads[progress.status]} · ${locale.bytes(size_bytes)}`;
        case "preparing":
        case "confirming":
          return words.uploads[progress.status];
        case "failed":
          return "";
      }
    },

    /** All uploads in one line. */
    headline({ active, paused, pausing, done, failed, percent: whole }: Summary): string {
      if (pausing > 0 && paused + pausing === active) return words.uploads.pausingCount(pausing);
      if (active > 0 && paused === active) return words.uploads.pausedCount(paused);
      if (active > 0) return `${words.uploads.sending(active, failed)} · ${locale.percent(whole)}`;
      if (done === 0) return words.uploads.allFailed(failed);
      return joined(" · ", words.uploads.finished(done), failed > 0 && words.uploads.failed(failed));
    },
  };
}

export type UploaderTexts = ReturnType<typeof createTexts>;

function joined(separator: string, ...parts: Array<string | false>): string {
  return parts.filter(Boolean).join(separator);
}

function familyOf(type: string): string {
  return `${type.split("/")[0] ?? ""}/*`;
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
