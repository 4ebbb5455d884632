/** Every word a person reads, in one typed dictionary. A second language is a second object of type Words. */
import { formatBytes, formatLimit } from "./bytes";

const songs = (count: number) => (count === 1 ? "1 song" : `${count.toLocaleString("en")} songs`);
const files = (count: number) => (count === 1 ? "1 file" : `${count.toLocaleString("en")} files`);

const listing = new Intl.ListFormat("en-GB", { type: "conjunction" });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const en = {
  app: {
    name: "Moodrop",
    skip: "Skip to your songs",
    offline: "Waiting for the network. Nothing is lost.",
    loading: "Loading your songs",
  },

  moods: {
    label: "Mood",
    all: "All",
    names: { happy: "Happy", sad: "Sad", neutral: "Neutral" } as Readonly<Record<string, string>>,
    filter: (name: string, count: number | null) =>
      count === null ? name : `${name}, ${songs(count)}`,
  },

  add: {
    button: "Add songs",
    panel: "Add songs",
    count: (count: number, bytes: number) => `${files(count)}, ${formatBytes(bytes)}`,
    mood: "How does it feel?",
    moodMany: "How do they feel?",
    title: "Title",
    artist: "Artist",
    titleOf: (name: string) => `Title of ${name}`,
    artistOf: (name: string) => `Artist of ${name}`,
    artistUnknown: "Artist, if you like",
    leaveOut: (name: string) => `Leave out ${name}`,
    more: "Choose more",
    choose: "Choose files",
    cancel: "Cancel",
    close: "Close",
    upload: (count: number) => `Upload ${songs(count)}`,
    none: "Choose a song, or drop one here.",
    drop: "Drop to add",
    limits: (types: string, bytes: number) => `${capital(types)}, up to ${formatLimit(bytes)} each`,
    list: (items: readonly string[]) => listing.format(items),
    refusedTitle: (count: number) => `${files(count)} left out`,
    tooLarge: (name: string, size: number, limit: number) =>
      `${name} is ${formatBytes(size)}. The limit is ${formatLimit(limit)}.`,
    notAllowed: (name: string, types: string) => `${name} is not a kind we keep. Welcome: ${types}.`,
    duplicate: (name: string) => `${name} is already in the list.`,
    unreadable: (name: string) => `${name} could not be read.`,
    kinds: {
      "audio/*": "audio",
      "video/*": "video",
      "image/*": "pictures",
      "application/pdf": "PDF",
    } as Readonly<Record<string, string>>,
  },

  uploads: {
    label: "Uploads",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${count} uploading, ${failed} failed` : `Uploading ${songs(count)}`,
    finished: (count: number) => `${songs(count)} uploaded`,
    failed: (count: number) => `${count} failed`,
    allFailed: (count: number) => (count === 1 ? "1 upload failed" : `${count} uploads failed`),
    sentOf: (sent: number, size: number) => `${formatBytes(sent)} of ${formatBytes(size)}`,
    left: (time: string) => `${time} left`,
    rest: (count: number) => `and ${count.toLocaleString("en")} more`,
    fold: "Fold uploads",
    unfold: "Show uploads",
    cancel: (name: string) => `Cancel ${name}`,
    cancelAll: "Cancel all",
    pause: (name: string) => `Pause ${name}`,
    resume: (name: string) => `Resume ${name}`,
    pauseAll: "Pause all",
    resumeAll: "Resume all",
    pausedCount: (count: number) => `${songs(count)} paused`,
    continueAgain: "Choose the file again to continue.",
    chooseAgain: "Choose file",
    chooseAgainFor: (name: string) => `Choose ${name} again to continue`,
    discard: (name: string) => `Discard ${name}`,
    kept: (stored: number, size: number) => `${formatBytes(stored)} of ${formatBytes(size)} are safe here.`,
    toContinue: (count: number) => (count === 1 ? "1 song to continue" : `${songs(count)} to continue`),
    otherFile: (filename: string, size: number) =>
      `That is another file, or it was changed since. Choose ${filename} (${formatBytes(size)}), or discard it and add the new one.`,
    continued: (name: string, percent: number) => `${name} continues where it stopped: ${percent} %.`,
    announcePaused: (name: string) => `${name} is paused.`,
    announceResumed: (name: string) => `${name} goes on.`,
    announceAllPaused: "All uploads are paused.",
    announceAllResumed: "All uploads go on.",
    retry: (name: string) => `Retry ${name}`,
    retryShort: "Retry",
    dismiss: (name: string) => `Dismiss ${name}`,
    dismissShort: "Dismiss",
    clear: "Clear",
    queued: "Next in line",
    paused: "Paused",
    preparing: "Getting ready…",
    waiting: "Waiting for the network. Nothing is lost.",
    confirming: "Checking…",
    done: "In your library",
    leave: "Songs are still uploading.",
    announceStart: (count: number) => `Uploading ${songs(count)}.`,
    announceDone: (name: string) => `${name} is in your library.`,
    announceFailed: (name: string, reason: string) => `${name} failed. ${reason}`,
  },

  files: {
    label: "Songs",
    heading: (mood: string | null) => (mood ? `${mood} songs` : "All songs"),
    count: songs,
    play: (title: string) => `Play ${title}`,
    pause: (title: string) => `Pause ${title}`,
    open: (title: string) => `Open ${title}`,
    download: (title: string) => `Download ${title}`,
    copyLink: (title: string) => `Copy link to ${title}`,
    remove: (title: string) => `Delete ${title}`,
    more: (title: string) => `More for ${title}`,
    actions: {
      play: "Play",
      open: "Open",
      download: "Download",
      copyLink: "Copy link",
      remove: "Delete",
      close: "Close",
    },
    removeAsk: "Delete for good?",
    removeYes: (title: string) => `Delete ${title} for good`,
    removeYesShort: "Delete",
    removeNo: (title: string) => `Keep ${title}`,
    removeNoShort: "Keep",
    removed: (title: string) => `${title} is deleted.`,
    copied: "Link copied.",
    copiedFor: (time: string) => `Link copied. It works for ${time}.`,
    copyFailed: "The link could not be copied.",
    showMore: "Show more",
    loadingMore: "Loading more…",
    empty: "No songs yet. Drop one anywhere.",
    emptyToRead: "No songs yet.",
    emptyHint: "Pick a mood, and it waits for you here.",
    emptyMood: (mood: string) => `No ${mood.toLowerCase()} songs yet.`,
    emptyMoodHint: "Drop one anywhere, or listen to another mood.",
    again: "Try again",
    untitled: "Untitled",
  },

  player: {
    label: "Player",
    play: "Play",
    pause: "Pause",
    next: "Next song",
    previous: "Previous song",
    seek: "Position",
    seekAt: (at: string, of: string) => `${at} of ${of}`,
    volume: "Volume",
    close: "Close the player",
    full: "Full screen",
    unplayable: "This browser can't play the file. You can still download it.",
    playing: (title: string) => `Playing ${title}.`,
  },

  session: {
    title: "This Moodrop asks for an access token",
    lead: "Paste the one you were given. It is not kept; you stay signed in until it ends, or until you sign out.",
    field: "Access token",
    enter: "Continue",
    refused: "That token was not accepted. It may have expired; ask for a new one.",
    signedIn: (owner: string) => `Signed in as ${owner}`,
    leave: "Sign out",
  },

  problems: {
    unreachable: {
      detail: "Moodrop can't be reached.",
      hint: "Check the network, or wait a moment; it may be starting.",
    },
    unexpected: (status: number) => `The service answered ${status}, and gave no reason.`,
  },

  store: {
    network: { detail: "The file store can't be reached.", hint: "Nothing is lost. Retry when the network is back." },
    stalled: { detail: "The connection stopped moving.", hint: "Nothing is lost. Retry when the network is back." },
    expired: {
      detail: "The store kept refusing the upload address.",
      hint: "If this computer's clock is wrong, set it right, then retry.",
    },
    busy: { detail: "The file store is too busy.", hint: "Retry in a minute." },
    refused: "The file store refused this file.",
    reasons: {
      BadDigest: "The bytes changed on the way.",
      XAmzContentChecksumMismatch: "The bytes changed on the way.",
      XAmzContentSHA256Mismatch: "The bytes changed on the way.",
      EntityTooLarge: "It is larger than the store takes.",
      IncompleteBody: "Not all of it arrived.",
      NoSuchUpload: "The store has dropped what was sent so far.",
      NoSuchBucket: "The store has no place for it: its bucket is gone.",
      XMinioStorageFull: "The store is full.",
      AccessDenied: "The store does not allow it.",
      SignatureDoesNotMatch: "The upload address did not fit the file.",
    } as Readonly<Record<string, string>>,
    /** The store's own word, so that someone who runs it can look it up. */
    said: (status: number, code: string, message: string) =>
      `The store said ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
    unreadable: "The file could not be read. Was it moved or changed?",
  },

  time: {
    justNow: "just now",
    fewSeconds: "a few seconds",
    seconds: (count: number) => `about ${count} seconds`,
    minute: "about a minute",
    minutes: (count: number) => `about ${count} minutes`,
    hour: "about an hour",
    hours: (count: number) => `about ${count} hours`,
    day: "about a day",
    days: (count: number) => `about ${count} days`,
  },
};

export type Words = typeof en;
export const words: Words = en;
