/** The address of a file's small picture. A new picture has a new address, so that browsers may cache each for long. */
import { config } from "../config";
import { deviceCover, type Pictured } from "./device-covers";

/** Pixels: rows, the player and cards, the file's page. */
export const THUMBNAIL_WIDTHS = [96, 320, 1280] as const;
export type ThumbnailWidth = (typeof THUMBNAIL_WIDTHS)[number];
/** The width of those on this device. */
export const DEVICE_WIDTH = 320;

/** Its thumbnail, or until there is one its cover, from this device if it is there. Null if it has neither. */
export function thumbnailAddress(file: Pictured, width: ThumbnailWidth): string | null {
  const isEnough = width <= DEVICE_WIDTH || !file.thumbnail;
  return (isEnough ? deviceCover(file) : null) ?? serviceAddress(file, width);
}

/** The same, always from the service. */
export function serviceAddress({ file_id, cover_id, thumbnail }: Pictured, width: ThumbnailWidth): string | null {
  const place = `${config.apiOrigin}/v1/files/${file_id}`;
  if (thumbnail) return `${place}/thumbnail?width=${width}&v=${thumbnail.v}`;
  return cover_id && `${place}/cover?cover_id=${cover_id}`;
}
