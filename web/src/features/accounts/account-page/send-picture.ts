/** Sends a picture that a person shows of themselves. It is a file like any other, so it is in the library, too. */
import { uploadFile } from "@moodrop/uploads";
import { client } from "../../../lib/http";
import { shrinkPicture } from "../../../lib/small-picture";

/** Returns the id of the new file. Rejects with ApiError or StoreError; anything else means an unreadable picture. */
export async function sendPicture(picture: Blob, title: string, side: number): Promise<string> {
  const small = await shrinkPicture(picture, side);
  const file = new File([small], `${title}.jpg`, { type: small.type });
  return (await uploadFile(file, { client, details: { title } })).file_id;
}
