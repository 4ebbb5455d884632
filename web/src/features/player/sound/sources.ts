/** What a file can be played from, the best first: for films the stream, then the original and its renditions. */
import type { FileRecord, Media } from "../../../lib/types";
import { withTimeout } from "../../../lib/wait";
import { filmStream } from "../film/film-stream";
import { currentMedia } from "./current-media";
import { fileSource } from "./file-source";
import { mediaAddress, prepareFile } from "./media-address";
import { playableFiles, type Browser } from "./playable-files";
import type { Source } from "./source";

/** If the service takes longer to say what it made of a file, the original plays. */
const MEDIA_TIMEOUT_MS = 3000;

export async function sourcesOf(file: FileRecord): Promise<readonly Source[]> {
  const media = await knownMedia(file);
  const files = playableFiles(file, media, thisBrowser());
  const stream = filmStream(file, media);
  return [...(stream ? [stream] : []), ...files.map((one) => fileSource((signal, direct) => mediaAddress(one, signal, direct)))];
}

/** Fetch ahead what the next file begins with. */
export function prepare(file: FileRecord): void {
  // Only a head start: a failure here is tried again when the file plays.
  void prepareNow(file).catch(() => undefined);
}

async function prepareNow(file: FileRecord): Promise<void> {
  const media = await knownMedia(file);
  const [first] = playableFiles(file, media, thisBrowser());
  if (first && !filmStream(file, media)) await prepareFile(first);
}

/** Null if nothing was made of the file, or the service does not say. */
async function knownMedia({ file_id, media_state }: FileRecord): Promise<Media | null> {
  if (media_state === null) return null;
  return withTimeout(
    currentMedia(file_id).catch(() => null),
    MEDIA_TIMEOUT_MS,
    null,
  );
}

function thisBrowser(): Browser {
  const element = document.createElement("video");
  return { canPlay: (content_type) => element.canPlayType(content_type) !== "", savesData: savesData() };
}

/** Not every browser says so, and TypeScript does not know of it. */
function savesData(): boolean {
  const connection: unknown = Reflect.get(navigator, "connection");
  return typeof connection === "object" && connection !== null && "saveData" in connection && connection.saveData === true;
}
