/** English, as much as the first look at the page needs; `en-later.ts` has the rest. The other dictionaries have the shape of both. */
import { localeOf } from "../locale";
import type { later } from "./en-later";

/** By name. Callers have a fallback for a missing name. */
type Texts = Readonly<Record<string, string>>;

export interface Trouble {
  detail: string;
  hint: string;
}

export const locale = localeOf("en-GB");
const { limit, list, number, plural } = locale;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const files = (count: number) => plural(count, { one: "# file", other: "# files" });

const first = {
  app: {
    name: "Moodrop",
    skip: "Skip to your library",
    offline: "You're offline. Everything resumes when you're back.",
    loading: "Loading your library",
    settings: "Settings",
    languageFailed: "Couldn't load that language. Try again, or reload the page.",
  },

  /** Shown in place of a part of the page that failed. */
  parts: {
    failed: "This part of the page couldn't load or stopped working. Everything else still works.",
    stale: "Moodrop has been updated. Reload the page to use the new version.",
    reload: "Reload",
    close: "Close",
  },

  moods: {
    label: "Mood",
    all: "All",
    names: { happy: "Happy", sad: "Sad", neutral: "Neutral" } as Texts,
    filter: (name: string, count: number | null) =>
      count === null ? name : `${name}, ${files(count)}`,
  },

  add: {
    button: "Add files",
    ways: "Add from…",
    limits: (types: string, size: number) => `${capital(types)} · up to ${limit(size)} each`,
    list,
    kinds: {
      "audio/*": "audio",
      "video/*": "video",
      "image/*": "images",
      "application/pdf": "PDF",
    } as Texts,
  },

  files: {
    label: "Files",
    count: files,
    heading: (mood: string | null) => (mood ? `${mood} songs` : "Your library"),
    play: (title: string) => `Play ${title}`,
    pause: (title: string) => `Pause ${title}`,
    open: (title: string) => `Open ${title}`,
    queue: (title: string) => `Add ${title} to the queue`,
    download: (title: string) => `Download ${title}`,
    remove: (title: string) => `Delete ${title}`,
    more: (title: string) => `More actions for ${title}`,
    actions: {
      play: "Play",
      open: "Open",
      download: "Download",
      copyLink: "Copy link",
      remove: "Delete",
      close: "Close",
    },
    showMore: "Show more",
    loadingMore: "Loading more…",
    empty: "Your library is empty.",
    emptyHint: "Drop songs anywhere, tag each with a mood, and play them by how you feel.",
    emptyHintTouched: "Add your first song, tag it with a mood, and play your music by how you feel.",
    emptyMood: (mood: string) => `No ${mood.toLowerCase()} songs yet.`,
    emptyMoodHint: "Drop a song anywhere to add one, or pick another mood.",
    emptyMoodHintTouched: "Add a song, or pick another mood.",
    again: "Try again",
    working: "Being processed",
    blocked: "Blocked by the virus scanner",
    playAll: "Play all",
    shuffleAll: "Shuffle all",
    radio: "Start radio",
    untitled: "Untitled",
    unknownArtist: "Unknown artist",
  },

  search: {
    label: "Search",
    heading: (q: string) => `“${q}”`,
    results: (count: number) => `${files(count)} found`,
    manyResults: (count: number) => `${number(count)}+ files found`,
    none: (q: string) => `No results for “${q}”.`,
    noneOfKind: {
      audio: "No songs here yet.",
      video: "No videos here yet.",
      picture: "No images here yet.",
      page: "No PDFs here yet.",
    },
    noneHint: "Try fewer letters. Search covers titles, artists, albums, tags and file names.",
    clear: "Show all files",
    kind: "Type",
    anyKind: "All types",
    kinds: { audio: "Songs", video: "Videos", picture: "Images", page: "PDFs" },
    sort: "Sort by",
    sorts: { newest: "Newest first", oldest: "Oldest first", title: "Title (A–Z)", artist: "Artist (A–Z)", album: "Album (A–Z)", longest: "Longest first" },
    empty: "Clear search",
    columns: { title: "Title", artist: "Artist", album: "Album", length: "Length", added: "Added" },
    views: { songs: "Songs", albums: "Albums", artists: "Artists" },
    covers: "Show covers",
    list: "Show list",
  },

  select: {
    begin: "Select",
    one: (title: string) => `Select ${title}`,
  },

  removal: {
    shown: (count: number, title: string) => (count === 1 ? `${title} deleted.` : `${files(count)} deleted.`),
    hint: "Press Ctrl+Z or ⌘Z to undo.",
    undo: "Undo",
    undone: "Restored.",
    failed: (count: number, title: string, reason: string) =>
      `Couldn't delete ${count === 1 ? title : files(count)}. ${reason}`,
  },

  player: {
    unplayable: "Your browser can't play this file. Download it instead.",
    trouble: "Connection lost. Playback will resume automatically.",
    queue: {
      playNext: "Play next",
      addLast: "Add to queue",
      isNext: (title: string) => `${title} plays next.`,
      added: (title: string) => `${title} added to the queue.`,
    },
  },

  face: {
    open: "Mood from your face",
    promise: "Your image never leaves this device.",
    play: (mood: string) => `Play ${mood.toLowerCase()} songs`,
    failed: "Couldn't load face detection.",
  },

  session: {
    signedIn: (owner: string) => `Signed in as ${owner}`,
    leave: "Sign out",
  },

  problems: {
    unreachable: { detail: "Can't reach Moodrop.", hint: "Check your connection, or try again in a moment." },
    unexpected: (status: number) => `The server returned an error (${status}). Try again.`,
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

export type Words = typeof first & typeof later;

/** Complete once `en-later.ts` is loaded, which comes before any part of the page that needs it. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- holds from then on
export const words = first as Words;
