/** Converts the metadata of Uppy's files. */
import type { Body, Meta, UppyFile } from "@uppy/core";
import { contentTypeOf } from "./metadata/content-type.js";
import { detailsOf } from "./metadata/details.js";
import { fingerprintOf } from "./metadata/fingerprint.js";
import { guessSong } from "./metadata/song-title.js";
import { StoreError } from "./transfer/store-error.js";
import type { FileToSend } from "./transfer/transfer-ports.js";
import type { FileMeta } from "./api/types.js";

/** The fields of a file's `meta` that are sent, as in `new Uppy<MoodropMeta, Body>()`. Other fields are ignored. */
export interface MoodropMeta extends Meta {
  /** Default: the plugin's mood. */
  mood?: string;
  /** Default: guessed from the name. */
  title?: string;
  /** Default: guessed from the name. */
  artist?: string;
  album?: string;
  duration_seconds?: number;
  /** A picture, sent after the file as its cover: at most 2 MiB, in a type that the service's limits list. */
  cover?: Blob;
}

/** Read a file's `meta`. Fields with other types than MoodropMeta's are ignored. */
export function metaOf<M extends Meta, B extends Body>({ meta, name }: UppyFile<M, B>, mood: string): FileMeta {
  const textOf = (field: keyof MoodropMeta) => (typeof meta[field] === "string" ? meta[field] : undefined);
  const guessed = guessSong(name);
  const { duration_seconds, cover }: Meta = meta;
  return {
    mood: textOf("mood") || mood,
    title: textOf("title") ?? guessed.title,
    artist: textOf("artist") ?? guessed.artist,
    album: textOf("album") ?? "",
    duration_seconds: typeof duration_seconds === "number" ? duration_seconds : null,
    cover: cover instanceof Blob ? cover : null,
  };
}

/** Throws StoreError `unreadable` if the page has no bytes of the file. */
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
