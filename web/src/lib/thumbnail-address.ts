/** The address of a file's small picture. A new picture has a new address, so that browsers may cache each for long. */
import { config } from "../config";
import type { FileRecord } from "./types";

/** Pixels: rows, the player and cards, the file's page. */
export const THUMBNAIL_WIDTHS = [96, 320, 1280] as const;
export type ThumbnailWidth = (typeof THUMBNAIL_WIDTHS)[number];

/** Its thumbnail, or until there is one its cover. Null if it has neither. */
export function thumbnailAddress(file: Pick<FileRecord, "file_id" | "cover_id" | "thumbnail">, width: ThumbnailWidth): string | null {
  const { file_id, cover_id, thumbnail } = file;
  const place = `${config.apiOrigin}/v1/files/${file_id}`;
  if (thumbnail) return `${place}/thumbnail?width=${width}&v=${thumbnail.v}`;
  return cover_id && `${place}/cover?cover_id=${cover_id}`;
}
