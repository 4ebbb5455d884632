/** The player's calls to the service: the current address of a file's bytes, and which files come next. */
import { config } from "../../config";
import { client, unwrap } from "../../lib/http";
import type { operations } from "../../lib/types";
import type { Download, FileRecord, Media } from "../../lib/types";

export function playAddress(file_id: string, signal?: AbortSignal): Promise<Download> {
  const params = { path: { file_id }, query: { disposition: "inline" as const } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params, ...(signal && { signal }) }));
}

export function readFile(file_id: string): Promise<FileRecord> {
  return unwrap(client.GET("/v1/files/{file_id}", { params: { path: { file_id } } }));
}

/** Read what was made from a file, with addresses that live some minutes. */
export function mediaOf(file_id: string): Promise<Media> {
  return unwrap(client.GET("/v1/files/{file_id}/media", { params: { path: { file_id } } }));
}

/** The HLS playlist of a film. With `names` it names the files of its renditions instead of giving their addresses. */
export function playlistAddress(file_id: string, { names }: { names: boolean }): string {
  return `${config.apiOrigin}/v1/files/${encodeURIComponent(file_id)}/media/master.m3u8${names ? "?names=1" : ""}`;
}

/** Returns the next files of a list each time, and none at its end. */
export type More = () => Promise<readonly FileRecord[]>;

type FileQuery = NonNullable<operations["files_index_files_get"]["parameters"]["query"]>;

/** Files requested at a time. */
const PAGE = 100;

/** Read a list from `cursor`, or from the beginning, whatever the page shows meanwhile. */
export function readOn(filter: FileQuery, cursor: string | null = null): More {
  let at = cursor;
  let ended = false;
  return async () => {
    if (ended) return [];
    const query = { limit: PAGE, ...filter, ...(at !== null && { cursor: at }) };
    const page = await unwrap(client.GET("/v1/files", { params: { query } }));
    at = page.next_cursor;
    ended = at === null;
    return page.files;
  };
}
