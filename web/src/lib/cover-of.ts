/** What a file's cover shows: its picture, or else a drawing of its waveform in the colours of its mood. */
import { moodHue } from "./moods";
import { thumbnailAddress, type ThumbnailWidth } from "./thumbnail-address";
import type { FileRecord } from "./types";

export interface CoverGiven {
  seed: string;
  hue: string;
  waveform: string | null;
  picture: string | null;
}

export function coverOf(file: FileRecord, width: ThumbnailWidth): CoverGiven {
  return { seed: file.file_id, hue: moodHue(file.mood ?? "other"), waveform: file.waveform, picture: thumbnailAddress(file, width) };
}
