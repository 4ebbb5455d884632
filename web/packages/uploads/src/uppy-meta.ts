/** What a file of Uppy's says of itself, as a song. */
import type { Body, Meta, UppyFile } from "@uppy/core";
import { contentTypeOf } from "./metadata/content-type.js";
import { detailsOf } from "./metadata/details.js";
import { fingerprintOf } from "./metadata/fingerprint.js";
import { guessSong } from "./metadata/song-title.js";
import { StoreError } from "./transfer/store-error.js";
import type { FileToSend } from "./transfer/transfer-file.js";
import type { FileMeta } from "./api/types.js";

/** What of a file's `meta` goes along, such as `new Uppy<MoodropMeta, Body>()`. Anything else in it is left alone. */
export interface MoodropMeta extends Meta {
  /** Unset, the plugin's. */
  mood?: string;
  /** Unset, guessed from the name. */
  title?: string;
  /** Unset, guessed from the name. */
  artist?: string;
  album?: string;
  duration_seconds?: number;
  /** A small picture, sent after the file as its cover: of at most 2 MiB, in a type that the service's limits name. */
  cover?: Blob;
}

/** Whatever an app has put into a file's `meta`: what is of another type than MoodropMeta says is passed over. */
export function metaOf<M extends Meta, B extends Body>({ meta, name }: UppyFile<M, B>, mood: string): FileMeta {
  const said = (field: keyof MoodropMeta) => (typeof meta[field] === "string" ? meta[field] : undefined);
  const guessed = guessSong(name);
  const { duration_seconds, cover }: Meta = meta;
  return {
    mood: said("mood") || mood,
    title: said("title") ?? guessed.title,
    artist: said("artist") ?? guessed.artist,
    album: said("album") ?? "",
    duration_seconds: typeof duration_seconds === "number" ? duration_seconds : null,
    cover: cover instanceof Blob ? cover : null,
  };
}

/** Throws StoreError `unreadable` where the page has no bytes of it. */
export function toFileToSend<M extends Meta, B extends Body>(file: UppyFile<M, B>, meta: FileMeta, upload_id: string | null): FileToSend {
  // Files of Companion's providers have no bytes here; a restored "ghost" has none yet.
  if (file.isRemote || !(file.data instanceof Blob)) throw new StoreError("unreadable");
  const { data, name, type } = file;
  return {
    file: data,
    filename: name,
    content_type: contentTypeOf({ name, type }),
    details: detailsOf(meta),
    fingerprint: fingerprintOf({ name, size: data.size, lastModified: data instanceof File ? data.lastModified : 0 }),
    upload_id,
  };
}
