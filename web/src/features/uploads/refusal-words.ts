/** Why a file was left out, in words. */
import type { Refusal } from "@moodrop/uploads";
import type { Limits } from "../../lib/types";
import { words } from "../../lib/words";
import type { LeftOut } from "./choose/left-out";
import { listOf } from "./limits-words";

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

/** Return one sentence for each reason why files were left out before anyone saw them. */
export function leftOutInWords({ hidden, unreadable }: LeftOut): string[] {
  return [hidden > 0 ? words.add.hidden(hidden) : "", unreadable > 0 ? words.add.unreadableMany(unreadable) : ""].filter(Boolean);
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
  "image/heic": "HEIC",
  "image/heif": "HEIF",
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
  "video/mp4": "MP4",
  "video/quicktime": "MOV",
  "video/webm": "WebM",
};
