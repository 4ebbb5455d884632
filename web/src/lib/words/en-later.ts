/** English, the rest: what only the parts of the page say that load later. Loading it completes the words of `en.ts`. */
import { files, locale, words, type Trouble } from "./en";

const { bytes, limit, number, plural } = locale;
type Texts = Readonly<Record<string, string>>;

export const later = {
  add: {
    panel: "Add files",
    count: (count: number, size: number) => `${files(count)}, ${bytes(size)}`,
    mood: "What's the mood?",
    moodMany: "What's the mood?",
    title: "Title",
    artist: "Artist",
    titleOf: (name: string) => `Title of ${name}`,
    artistOf: (name: string) => `Artist of ${name}`,
    artistUnknown: "Artist (optional)",
    remove: (name: string) => `Remove ${name}`,
    albumOf: (name: string) => `Album of ${name}`,
    albumUnknown: "Album (optional)",
    tagsOf: (name: string) => `Tags of ${name}`,
    tags: "Tags, separated by commas",
    moodOf: (name: string) => `Mood of ${name}`,
    coverOf: (name: string) => `Choose a cover for ${name}`,
    showMore: (count: number) => `Show ${number(count)} more`,
    folder: "Choose folder",
    takePhoto: "Take photo",
    recordVideo: "Record video",
    recordAudio: "Record audio",
    more: "Choose more",
    choose: "Choose files",
    cancel: "Cancel",
    close: "Close",
    upload: (count: number) => (count === 0 ? "Upload" : `Upload ${files(count)}`),
    notUploaded: (count: number) => `${files(count)} not uploaded yet`,
    discarded: (count: number) => `${files(count)} discarded.`,
    continue: "Continue",
    none: "Choose files or drop them here.",
    nothingThere: "That folder has no files to add.",
    drop: "Drop on a mood to upload right away",
    editFirst: "Edit first",
    refusedTitle: (count: number) => `${files(count)} can't be added`,
    tooLarge: (name: string, size: number, most: number) =>
      `${name} is ${bytes(size)}. The limit is ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} isn't supported. You can add ${types}.`,
    notShown: (name: string, kind: string) =>
      `Browsers can't show ${kind} images. Save ${name} as JPEG and add it again.`,
    duplicate: (name: string) => `${name} is already on the list.`,
    known: (count: number, total: number) =>
      total === 1
        ? "This file is already in your library."
        : `${number(count)} of ${number(total)} ${count === 1 ? "is" : "are"} already in your library.`,
    skip: "Skip",
    addAnyway: "Add anyway",
    isKnown: "Already in your library",
    unreadable: (name: string) => `Couldn't read ${name}. Choose another image.`,
    hidden: (count: number) =>
      plural(count, { one: "# hidden file or folder was skipped.", other: "# hidden files or folders were skipped." }),
    unreadableMany: (count: number) =>
      plural(count, { one: "# file or folder couldn't be read.", other: "# files or folders couldn't be read." }),
  },

  files: {
    copied: "Link copied.",
    copiedFor: (time: string) => `Link copied. Valid for ${time}.`,
    copyFailed: "Couldn't copy the link. Allow clipboard access, then try again.",
  },

  search: {
    severalArtists: "Several artists",
    noGroups: { albums: "No albums yet.", artists: "No artists yet." },
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
    hide: "Hide uploads",
    show: "Show uploads",
    edit: (name: string) => `Edit ${name}`,
    cancel: (name: string) => `Cancel ${name}`,
    cancelAll: "Cancel all",
    canceled: (count: number) => plural(count, { one: "# upload canceled.", other: "# uploads canceled." }),
    pause: (name: string) => `Pause ${name}`,
    resume: (name: string) => `Resume ${name}`,
    pauseAll: "Pause all",
    resumeAll: "Resume all",
    pausedCount: (count: number) => `${files(count)} paused`,
    continueAgain: "To resume, choose this file again.",
    chooseAgain: "Choose file",
    chooseAgainFor: (name: string) => `Choose file ${name} again to resume`,
    discard: (name: string) => `Discard ${name}`,
    stored: (stored: number, size: number) => `${bytes(stored)} of ${bytes(size)} saved.`,
    unfinished: (count: number) => plural(count, { one: "# upload to finish", other: "# uploads to finish" }),
    otherFile: (filename: string, size: number) =>
      `That isn't the same file, or it has changed. Choose ${filename} (${bytes(size)}), or discard this upload and add the new file.`,
    continued: (name: string, percent: number) => `Resuming ${name} at ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `Pausing ${name}.`,
    announceResumed: (name: string) => `${name} resumed.`,
    announceAllPaused: "Pausing all uploads.",
    announceAllResumed: "All uploads resumed.",
    retry: (name: string) => `Retry ${name}`,
    retryShort: "Retry",
    retryAll: "Retry all",
    coverFailed: (name: string) => `${name} was added, but its cover couldn't be uploaded.`,
    dismiss: (name: string) => `Dismiss ${name}`,
    dismissShort: "Dismiss",
    clear: "Clear",
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

  select: {
    end: "Done",
    label: "Selected files",
    count: (count: number) => `${number(count)} selected`,
    all: "Select all",
    edit: "Edit",
    download: "Download",
    copyLinks: "Copy links",
    queued: (count: number) => `${files(count)} added to the queue.`,
    remove: "Delete",
    downloading: (count: number) => `Downloading ${files(count)}…`,
    copied: (count: number) => plural(count, { one: "# link copied.", other: "# links copied." }),
    copiedFor: (count: number, time: string) =>
      `${plural(count, { one: "# link copied.", other: "# links copied." })} Valid for ${time}.`,
  },

  unsaved: {
    question: "Discard your changes?",
    keep: "Keep editing",
    discard: "Discard",
  },

  edit: {
    one: "Edit",
    many: (count: number) => `Edit ${files(count)}`,
    mood: "Mood",
    keep: "Keep current",
    noMood: "No mood",
    album: "Album",
    tags: "Tags",
    addTags: "Add tags",
    removeTags: "Remove tags",
    tagsHint: "Separate with commas.",
    visibility: "Visibility",
    private: "Only me",
    public: "Everyone on this server",
    save: "Save",
    done: (count: number) => `${files(count)} updated.`,
    failed: (count: number, title: string, reason: string) =>
      `Couldn't update ${count === 1 ? title : files(count)}. ${reason}`,
    stays: "Your changes are kept. Open the file to save them.",
    notSaved: "These changes aren't saved yet.",
    changedElsewhere: (count: number, title: string) =>
      `${count === 1 ? `${title} was` : `${files(count)} were`} changed somewhere else. Showing the latest version.`,
    chooseCover: "Choose cover",
    changeCover: "Change cover",
    removeCover: "Remove cover",
  },

  unknownPage: {
    title: "Page not found",
    hint: "The address may have a typo, or the page has moved.",
    shared: {
      title: "Share that once more",
      hint: "Moodrop has to be opened once before other apps can share files with it. Now it is: share them again, or add them here.",
    },
    unshared: {
      title: "Sharing to Moodrop is off",
      hint: "This server takes no files from other apps. Add them here instead.",
    },
  },

  page: {
    loading: "Loading…",
    missing: "File not found",
    missingHint: "It may have been deleted, or you don't have access.",
    keep: "Keep on this device",
    unkeep: "Remove from this device",
    back: "Back to your library",
    details: "File details",
    facts: { length: "Duration", added: "Added", type: "Type", size: "Size", name: "File name", checksum: "Checksum" },
    share: "Share",
    stable: "Link for everyone on this server",
    stableHint: "Works for everyone who can use this server, as long as the file is public.",
    makePublic: "Make public",
    privateHint: "Only you can see this file. Anyone with a temporary link can open it.",
    temporary: "Temporary link",
    expiresAfter: "Temporary link expires after",
    lives: { hour: "1 hour", day: "1 day", week: "7 days" },
    create: "Create link",
    until: (time: string) => `Anyone with this link can open the file until ${time}.`,
    copy: "Copy",
    send: "Send",
    code: "QR code for the link",
  },

  session: {
    title: "Sign in with an access token",
    lead: "Paste your token. It isn't stored. You'll stay signed in until it expires or you sign out.",
    field: "Access token",
    enter: "Sign in",
    refused: "That token isn't valid or has expired. Ask for a new one.",
  },

  problems: {
    /** By the service's code. Only where its own sentences are not meant for people. */
    codes: {
      timed_out: { detail: "Moodrop took too long to answer.", hint: "Check your connection, then try again." },
      content_type_not_allowed: { detail: "Files of this type aren't allowed here.", hint: "" },
      file_too_large: { detail: "The file is larger than allowed here.", hint: "" },
      quota_exceeded: { detail: "Your storage is full.", hint: "Delete files or cancel uploads, then try again." },
      too_much_pending: { detail: "Your unfinished uploads leave no room for another.", hint: "Finish or cancel some of them." },
      parts_missing: { detail: "Part of the file hasn't arrived.", hint: "Try again." },
      part_mismatch: { detail: "Part of the file arrived damaged.", hint: "Try again." },
      mood_not_allowed: { detail: "That mood is gone.", hint: "Reload the page." },
      media_missing: { detail: "This playback version is gone.", hint: "Reload the page." },
      thumbnail_missing: { detail: "This file has no thumbnail.", hint: "" },
      job_not_found: { detail: "This task is gone.", hint: "Reload the page." },
      job_not_retryable: { detail: "This task is running or done.", hint: "Reload the page." },
    } as Readonly<Record<string, Trouble>>,
  },

  store: {
    noAnswer: (host: string) => `Can't reach the storage server at ${host}.`,
    noAnswerHint: "Moodrop itself is reachable. Open that address in a new tab. If it doesn't load, tell whoever runs this server.",
    blocked: (host: string) => `The upload was blocked on its way to the storage server at ${host}.`,
    blockedHint: "A proxy may limit the upload size (413) or block this page. Tell whoever runs this server.",
    /** By what went wrong between the browser and storage. */
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
    /** By the error code of the storage server. */
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
    /** Quotes the storage server, for whoever runs it. */
    response: (status: number, code: string, message: string) =>
      `Storage returned ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },
};

for (const [section, texts] of Object.entries(later)) {
  Object.assign(words, { [section]: { ...Reflect.get(words, section), ...texts } });
}
