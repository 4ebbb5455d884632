/** What may be chosen, and why a file was left out, in words. */
import type { Refusal } from "@moodrop/uploads";
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";

/** Return one sentence with the file's name and the rule. */
export function refusalInWords({ filename, size_bytes, reason }: Refusal, limits: Limits): string {
  switch (reason) {
    case "known":
      return words.add.duplicate(filename);
    case "too_large":
      return words.add.tooLarge(filename, size_bytes, limits.max_upload_bytes);
    case "not_allowed":
      return notAllowedInWords(filename, limits.allowed_content_types);
  }
}

export function limitsInWords(limits: Limits): string {
  const kinds = limits.allowed_content_types.map((type) => words.add.kinds[type] ?? words.add.kinds[familyOf(type)] ?? type);
  return words.add.limits(listOf(kinds), limits.max_upload_bytes);
}

/** For a camera's picture, say how it could be added. */
function notAllowedInWords(filename: string, allowed: readonly string[]): string {
  const kind = CAMERA_PICTURES[extensionOf(filename)];
  if (kind && allowed.includes("image/jpeg")) return words.add.notShown(filename, kind);
  return words.add.notAllowed(filename, listOf(allowed.map(kindInWords)));
}

/** Name a whole family by its name and a single type by its own: "pictures" would be untrue if some are refused. */
function kindInWords(type: string): string {
  return words.add.kinds[type] ?? TYPE_NAMES[type] ?? type;
}

function listOf(kinds: readonly string[]): string {
  return words.add.list([...new Set(kinds)]);
}

function familyOf(type: string): string {
  return `${type.split("/")[0] ?? ""}/*`;
}

function extensionOf(filename: string): string {
  return /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
}

/** Pictures of cameras and phones that browsers cannot show, by file extension: most systems know no type for them. */
const CAMERA_PICTURES: Readonly<Record<string, string>> = {
  heic: "HEIC",
  heif: "HEIF",
  tif: "TIFF",
  tiff: "TIFF",
  ...Object.fromEntries(["arw", "cr2", "cr3", "dng", "nef", "orf", "raf", "raw", "rw2"].map((end) => [end, "RAW"])),
};

/** The same in every language. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  "audio/aac": "AAC",
  "audio/flac": "FLAC",
  "audio/mp4": "M4A",
  "audio/mpeg": "MP3",
  "audio/ogg": "Ogg",
  "audio/wav": "WAV",
  "image/avif": "AVIF",
  "image/gif": "GIF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
  "video/mp4": "MP4",
  "video/quicktime": "MOV",
  "video/webm": "WebM",
};
