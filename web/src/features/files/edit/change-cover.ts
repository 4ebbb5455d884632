/** Another cover for a file, or none. */
import { sendCover, StoreError, type UploadError } from "@moodrop/uploads";
import { ApiError } from "../../../lib/api-error";
import { failureInWords } from "../../../lib/failure-words";
import { forgetFreshCover } from "../../../lib/fresh-covers";
import { client } from "../../../lib/http";
import { shrinkPicture } from "../../../lib/small-picture";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { getFile, removeCover } from "../api";

/** Takes a picture of any size; null removes the cover. Returns the file as it is then. */
export async function changeCover(file_id: string, picture: Blob | null): Promise<FileRecord> {
  if (picture) await sendCover(file_id, await shrinkPicture(picture), { client });
  else await removeCover(file_id);
  forgetFreshCover(file_id);
  return getFile(file_id);
}

/** Why that failed, in words. */
export function coverFailure(error: unknown): string {
  return isFailure(error) ? failureInWords(error).detail : words.store.kinds.unreadable.detail;
}

/** Anything else means that the picture could not be read. */
function isFailure(error: unknown): error is UploadError {
  return error instanceof ApiError || error instanceof StoreError;
}
