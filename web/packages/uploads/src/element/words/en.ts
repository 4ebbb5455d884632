/** English. Each text is the page's own, at the same place: `src/lib/words/element-words.test.ts` holds them together. */
import { localeOf } from "../locale.js";

/** By name. Callers have a fallback for a missing name. */
type Texts = Readonly<Record<string, string>>;

export interface Trouble {
  detail: string;
  hint: string;
}

export const locale = localeOf("en-GB");
const { bytes, limit, list, number, plural } = locale;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const files = (count: number) => plural(count, { one: "# file", other: "# files" });

export const words = {
  app: {
    offline: "You're offline. Everything resumes when you're back.",
  },

  moods: {
    label: "Mood",
    names: { happy: "Happy", sad: "Sad", neutral: "Neutral" } as Texts,
  },

  add: {
    button: "Add files",
    choose: "Choose files",
    upload: (count: number) => (count === 0 ? "Upload" : `Upload ${files(count)}`),
    none: "Choose files or drop them here.",
    drop: "Drop on a mood to upload right away",
    limits: (types: string, size: number) => `${capital(types)} · up to ${limit(size)} each`,
    list,
    kinds: {
      "audio/*": "audio",
      "video/*": "video",
      "image/*": "images",
      "application/pdf": "PDF",
    } as Texts,
    tooLarge: (name: string, size: number, most: number) =>
      `${name} is ${bytes(size)}. The limit is ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} isn't supported. You can add ${types}.`,
    duplicate: (name: string) => `${name} is already on the list.`,
    refusedTitle: (count: number) => `${files(count)} can't be added`,
    remove: (name: string) => `Remove ${name}`,
  },

  uploads: {
    label: "Uploads",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${number(count)} uploading, ${number(failed)} failed` : `Uploading ${files(count)}`,
    finished: (count: number) => `${files(count)} uploaded`,
    failed: (count: number) => `${number(count)} failed`,
    allFailed: (count: number) => plural(count, { one: "# upload failed", other: "# uploads failed" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} of ${bytes(size)}`,
    left: (time: string) => `${time} left`,
    rest: (count: number) => `${number(count)} more`,
    cancel: (name: string) => `Cancel ${name}`,
    pause: (name: string) => `Pause ${name}`,
    resume: (name: string) => `Resume ${name}`,
    pausedCount: (count: number) => `${files(count)} paused`,
    continued: (name: string, percent: number) => `Resuming ${name} at ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `Pausing ${name}.`,
    announceResumed: (name: string) => `${name} resumed.`,
    retry: (name: string) => `Retry ${name}`,
    retryShort: "Retry",
    dismiss: (name: string) => `Dismiss ${name}`,
    queued: "Waiting",
    paused: "Paused",
    preparing: "Getting ready…",
    offlineStartsOver: "You're offline. This file starts again when you're back.",
    startsOver: "Starts again from the beginning.",
    pausing: "Pausing after the current transfer…",
    pausingCount: (count: number) => `Pausing ${files(count)}…`,
    tryingAgain: "Trying again.",
    confirming: "Checking…",
    done: "Added",
    announceStart: (count: number) => `Uploading ${files(count)}.`,
    announceDone: (name: string) => `${name} was added to your library.`,
    announceFailed: (name: string, reason: string) => `Couldn't upload ${name}. ${reason}`,
  },

  files: {
    again: "Try again",
  },

  session: {
    refused: "That token isn't valid or has expired. Ask for a new one.",
  },

  store: {
    noAnswer: (host: string) => `Can't reach the storage server at ${host}.`,
    noAnswerHint: "Moodrop itself is reachable. Open that address in a new tab. If it doesn't load, tell whoever runs this server.",
    blocked: (host: string) => `The upload was blocked on its way to the storage server at ${host}.`,
    blockedHint: "A proxy may limit the upload size (413) or block this page. Tell whoever runs this server.",
    kinds: {
      network: { detail: "The connection was lost.", hint: "Check your connection, then retry." },
      stalled: { detail: "The upload stalled.", hint: "Check your connection, then retry." },
      expired: {
        detail: "The upload link was rejected.",
        hint: "Check that your computer's clock is correct, then retry.",
      },
      busy: { detail: "Storage is busy.", hint: "Retry in a minute." },
      refused: { detail: "Storage refused this file.", hint: "" },
      unreadable: { detail: "Couldn't read the file.", hint: "It may have been moved or changed. Add it again." },
    },
    codes: {
      BadDigest: "The file was damaged on its way.",
      XAmzContentChecksumMismatch: "The file was damaged on its way.",
      XAmzContentSHA256Mismatch: "The file was damaged on its way.",
      EntityTooLarge: "The file is larger than storage allows.",
      IncompleteBody: "Only part of the file arrived.",
      NoSuchUpload: "The partial upload was removed from storage.",
      NoSuchBucket: "The storage bucket is missing.",
      XMinioStorageFull: "Storage is full.",
      AccessDenied: "Storage denied access.",
      SignatureDoesNotMatch: "The upload link didn't match the file.",
    } as Texts,
    response: (status: number, code: string, message: string) =>
      `Storage returned ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },

  problems: {
    unreachable: { detail: "Can't reach Moodrop.", hint: "Check your connection, or try again in a moment." },
    unexpected: (status: number) => `The server returned an error (${status}). Try again.`,
    codes: {
      timed_out: { detail: "Moodrop took too long to answer.", hint: "Check your connection, then try again." },
      content_type_not_allowed: { detail: "Files of this type aren't allowed here.", hint: "" },
      file_too_large: { detail: "The file is larger than allowed here.", hint: "" },
      quota_exceeded: { detail: "Your storage is full.", hint: "Delete files or cancel uploads, then try again." },
      too_much_pending: { detail: "Your unfinished uploads leave no room for another.", hint: "Finish or cancel some of them." },
      parts_missing: { detail: "Part of the file hasn't arrived.", hint: "Try again." },
      part_mismatch: { detail: "Part of the file arrived damaged.", hint: "Try again." },
      mood_not_allowed: { detail: "That mood is gone.", hint: "Reload the page." },
    } as Readonly<Record<string, Trouble>>,
  },

  time: {
    fewSeconds: "a few seconds",
    seconds: (count: number) => `about ${number(count)} seconds`,
    minute: "about a minute",
    minutes: (count: number) => `about ${number(count)} minutes`,
    hour: "about an hour",
    hours: (count: number) => `about ${number(count)} hours`,
    day: "about a day",
    days: (count: number) => `about ${number(count)} days`,
  },
};

export type Words = typeof words;
