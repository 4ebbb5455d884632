/** English: what failed on a file, and why. The other dictionaries have its shape. */
type Texts = Readonly<Record<string, string>>;

const kinds: Texts = {
  scan: "Virus scan",
  probe: "Length and format",
  image: "Thumbnail",
  pdf: "Thumbnail of the first page",
  poster: "Thumbnail from the video or the song",
  audio: "Waveform and playback version",
  video: "Playback versions",
};

/** Why a job failed, by the service's code. */
const reasons: Texts = {
  not_media: "The file isn't what its type says, or it is damaged.",
  codec_unsupported: "The server can't read this format.",
  too_long: "It is longer than this server allows.",
  too_large: "It is larger than this server can process.",
  too_many_streams: "It has too many tracks.",
  timeout: "It took too long.",
  out_of_memory: "It needs more memory than there is.",
  crashed: "The program that was working on it crashed.",
  store_unavailable: "The storage couldn't be reached.",
  file_changed: "The file changed in the meantime.",
  encrypted: "It is protected by a password.",
  unscannable: "The virus scanner couldn't check it.",
  refused_by_receiver: "Another server didn't accept the message about it.",
};

export const words = {
  title: "Couldn't process everything",
  hint: "The file itself is safe and hasn't changed.",
  kinds,
  reasons,
  unknown: "Something went wrong.",
  details: "Technical details",
  retry: "Retry",
  retryOf: (kind: string) => `Retry: ${kind}`,
  retrying: "Trying again.",
  threat: (name: string) => `The virus scanner found ${name} in this file.`,
  threatHint: "Nobody can open, download or share it. It's best to delete it.",
};

export type WorkWords = typeof words;
