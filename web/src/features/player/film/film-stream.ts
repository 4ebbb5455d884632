/** Films with an HLS playlist: by hls.js where there is MediaSource, else by the browser itself. Both load on demand. */
import { loadPart } from "../../../lib/stale";
import type { FileRecord, Media } from "../../../lib/types";
import type { Source } from "../sound/source";
import { nativeStream } from "./native-stream";

const HLS = "application/vnd.apple.mpegurl";

/** Null if the file is no film, has no renditions, or the browser plays no streams. */
export function filmStream({ file_id, content_type }: FileRecord, media: Media | null): Source | null {
  if (!content_type.startsWith("video/") || !media?.playlist) return null;
  if ("MediaSource" in globalThis) return hlsStream(file_id);
  return document.createElement("video").canPlayType(HLS) === "" ? null : nativeStream(file_id);
}

function hlsStream(file_id: string): Source {
  return {
    tries: 1,
    async open(element, second, options) {
      const { openHls } = await loadPart(() => import("./hls-stream"));
      options.signal.throwIfAborted();
      return openHls(file_id, element, second, options);
    },
  };
}
