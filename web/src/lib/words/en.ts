/** English: the dictionary that gives the others their shape. */
import { localeOf } from "../locale";

/** By name; one that is not there falls back to something that is. */
type Texts = Readonly<Record<string, string>>;

export interface Trouble {
  detail: string;
  hint: string;
}

export const locale = localeOf("en-GB");
const { bytes, limit, list, number, plural } = locale;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const songs = (count: number) => plural(count, { one: "# song", other: "# songs" });
const files = (count: number) => plural(count, { one: "# file", other: "# files" });

export const words = {
  app: {
    name: "Moodrop",
    skip: "Skip to your songs",
    offline: "Waiting for the network. Nothing is lost.",
    loading: "Loading your songs",
    language: "Language",
  },

  moods: {
    label: "Mood",
    all: "All",
    names: { happy: "Happy", sad: "Sad", neutral: "Neutral" } as Texts,
    filter: (name: string, count: number | null) =>
      count === null ? name : `${name}, ${songs(count)}`,
  },

  add: {
    button: "Add songs",
    panel: "Add songs",
    count: (count: number, size: number) => `${files(count)}, ${bytes(size)}`,
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
    limits: (types: string, size: number) => `${capital(types)}, up to ${limit(size)} each`,
    list,
    refusedTitle: (count: number) => `${files(count)} left out`,
    tooLarge: (name: string, size: number, most: number) =>
      `${name} is ${bytes(size)}. The limit is ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} is not a kind we keep. Welcome: ${types}.`,
    duplicate: (name: string) => `${name} is already in the list.`,
    unreadable: (name: string) => `${name} could not be read.`,
    kinds: {
      "audio/*": "audio",
      "video/*": "video",
      "image/*": "pictures",
      "application/pdf": "PDF",
    } as Texts,
  },

  uploads: {
    label: "Uploads",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${number(count)} uploading, ${number(failed)} failed` : `Uploading ${songs(count)}`,
    finished: (count: number) => `${songs(count)} uploaded`,
    failed: (count: number) => `${number(count)} failed`,
    allFailed: (count: number) => plural(count, { one: "# upload failed", other: "# uploads failed" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} of ${bytes(size)}`,
    left: (time: string) => `${time} left`,
    rest: (count: number) => `and ${number(count)} more`,
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
    kept: (stored: number, size: number) => `${bytes(stored)} of ${bytes(size)} are safe here.`,
    toContinue: (count: number) => `${songs(count)} to continue`,
    otherFile: (filename: string, size: number) =>
      `That is another file, or it was changed since. Choose ${filename} (${bytes(size)}), or discard it and add the new one.`,
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
    mute: "Mute",
    unmute: "Unmute",
    shuffle: "Shuffle",
    repeat: { off: "Repeat: off", all: "Repeat: all songs", one: "Repeat: this song" },
    close: "Close the player",
    full: "Full screen",
    aside: "Picture in picture",
    download: "Download",
    unplayable: "This browser can't play the file. You can still download it.",
    trouble: "The connection is lost. The song goes on when it is back.",
    queue: {
      open: "Queue",
      close: "Close the queue",
      upcoming: "Up next",
      empty: "Nothing comes after this song.",
      clear: "Clear",
      playNext: "Play next",
      addLast: "Add to queue",
      jump: (title: string) => `Play ${title} now`,
      up: (title: string) => `Move ${title} up`,
      down: (title: string) => `Move ${title} down`,
      remove: (title: string) => `Take ${title} out of the queue`,
      moved: (title: string, count: number) => `${title} is number ${number(count)} in the queue.`,
      removed: (title: string) => `${title} is out of the queue.`,
      cleared: "The queue is empty.",
      isNext: (title: string) => `${title} plays next.`,
      added: (title: string) => `${title} is in the queue.`,
    },
    keys: {
      title: "Keyboard",
      close: "Close",
      toggle: "Play or pause",
      back: "5 seconds back",
      forward: "5 seconds on",
      next: "Next song",
      previous: "Previous song",
      mute: "Mute",
      help: "This list",
      space: "Space",
      letters: "Use single letters as shortcuts",
    },
    picture: {
      next: "Next picture",
      previous: "Previous picture",
      zoomIn: "Zoom in",
      zoomOut: "Zoom out",
      close: "Close",
      failed: "The picture could not be loaded.",
    },
    playing: (title: string) => `Playing ${title}.`,
  },

  face: {
    open: "Mood from your face",
    promise: "Your picture stays on this device.",
    title: "Mood from your face",
    close: "Close",
    loading: "Getting ready…",
    asking: "Waiting for the camera. Allow it if you are asked.",
    looking: "Look into the camera.",
    progress: "Reading your face",
    verdicts: {
      happy: "You look happy.",
      sad: "You look sad.",
      neutral: "You look neutral.",
    } as Readonly<Record<string, string>>,
    sureness: { clear: "That seems clear.", likely: "Probably.", guess: "Only a guess." },
    cameraOff: "The camera is off.",
    pick: "How do you feel?",
    play: (mood: string) => `Play ${mood.toLowerCase()} songs`,
    again: "Look again",
    troubles: {
      insecure: {
        detail: "The camera needs a safe address.",
        hint: "Browsers lend it only to pages on https:// or on this computer itself. Ask whoever runs this Moodrop for an https:// address.",
      },
      refused: {
        detail: "The camera is not allowed.",
        hint: "Allow it beside the page's address, or in the system's privacy settings, and look again.",
      },
      no_camera: { detail: "There is no camera here.", hint: "Connect one and look again." },
      busy: { detail: "The camera can't be used just now.", hint: "Close whatever else is using it and look again." },
      cut: { detail: "The camera went off.", hint: "Was it unplugged, or taken by another app? Look again." },
      left: { detail: "You left the page, so the camera went off.", hint: "Look again when you like." },
      no_face: { detail: "No face was to be seen.", hint: "Sit in the light, face the camera and look again." },
      many_faces: { detail: "There is more than one face.", hint: "Look again on your own, or choose a mood together." },
      no_model: { detail: "What reads a face could not be loaded.", hint: "Check the network and look again." },
      no_wasm: {
        detail: "This browser does not let the page read a face.",
        hint: "WebAssembly is off, perhaps by a strict security setting. Choose your mood yourself.",
      },
      failed: { detail: "That did not work.", hint: "Look again, or choose your mood yourself." },
    },
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
    /** By the service's own code. It speaks English, and names the values; so nothing need be said again here. */
    codes: {} as Readonly<Record<string, Trouble>>,
  },

  store: {
    /** By what went wrong between the browser and the store. */
    kinds: {
      network: { detail: "The file store can't be reached.", hint: "Nothing is lost. Retry when the network is back." },
      stalled: { detail: "The connection stopped moving.", hint: "Nothing is lost. Retry when the network is back." },
      expired: {
        detail: "The store kept refusing the upload address.",
        hint: "If this computer's clock is wrong, set it right, then retry.",
      },
      busy: { detail: "The file store is too busy.", hint: "Retry in a minute." },
      refused: { detail: "The file store refused this file.", hint: "" },
      unreadable: { detail: "The file could not be read. Was it moved or changed?", hint: "" },
    },
    /** By the store's own code: why it refused. */
    codes: {
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
    } as Texts,
    /** The store's own word, so that someone who runs it can look it up. */
    said: (status: number, code: string, message: string) =>
      `The store said ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },

  time: {
    justNow: "just now",
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
