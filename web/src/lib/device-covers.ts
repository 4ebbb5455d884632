/** Covers of the songs on this device: as sharp as the service's small pictures, and there without a network. */
import type { FileRecord } from "./types";

export type Pictured = Pick<FileRecord, "file_id" | "cover_id" | "thumbnail">;

export interface DeviceCover {
  /** See versionOf(). */
  version: string;
  picture: Blob;
}

/** Object URLs by file. */
let covers: ReadonlyMap<string, { version: string; url: string }> = new Map();

/** A new picture of a file is another version; null without a picture. */
export const versionOf = ({ thumbnail, cover_id }: Pictured): string | null => thumbnail?.v ?? cover_id;

/** Replace all covers. One that is unchanged keeps its address. */
export function setDeviceCovers(next: ReadonlyMap<string, DeviceCover>): void {
  const before = covers;
  covers = new Map(
    [...next].map(([file_id, { version, picture }]) => {
      const known = before.get(file_id);
      return [file_id, known?.version === version ? known : { version, url: URL.createObjectURL(picture) }];
    }),
  );
  for (const [file_id, { url }] of before) if (covers.get(file_id)?.url !== url) URL.revokeObjectURL(url);
}

/** Null if this picture of the file is not on this device. */
export function deviceCover(file: Pictured): string | null {
  const cover = covers.get(file.file_id);
  return cover && cover.version === versionOf(file) ? cover.url : null;
}
