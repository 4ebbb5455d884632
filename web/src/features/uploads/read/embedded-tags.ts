/** What is inside a song or a film: its tags, its picture, and its length. */
import { parseBlob, selectCover, type IAudioMetadata } from "music-metadata";
import { readable } from "./legacy-tags";
import { countLength } from "./media-length";

export interface EmbeddedTags {
  title?: string;
  artist?: string;
  album?: string;
  /** Null if it cannot be known. */
  duration_seconds?: number | null;
  picture?: Blob;
}

/** Read the tags; what cannot be read is left out. */
export async function readEmbeddedTags(file: Blob, filename: string): Promise<EmbeddedTags> {
  const parsed = await parseBlob(file).catch(() => null);
  const counted = await countLength(file).catch(() => undefined);
  return { ...(parsed && tagsOf(parsed, filename)), ...lengthOf(counted === undefined ? parsed?.format.duration : counted) };
}

function tagsOf({ common }: IAudioMetadata, filename: string): EmbeddedTags {
  const texts = Object.entries({ title: common.title, artist: common.artist, album: common.album });
  const read = texts.map(([field, text]) => [field, readable(text ?? "", filename)] as const);
  const picture = selectCover(common.picture);
  return {
    ...Object.fromEntries(read.filter(([, text]) => text !== "")),
    ...(picture && { picture: new Blob([new Uint8Array(picture.data)], { type: picture.format }) }),
  };
}

function lengthOf(seconds: number | null | undefined): Pick<EmbeddedTags, "duration_seconds"> {
  return seconds === undefined || Number.isNaN(seconds) ? {} : { duration_seconds: seconds };
}
