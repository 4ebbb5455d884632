/** The player's calls to the service: the current address of a file's bytes, and which files come next. */
import { client, unwrap } from "../../lib/http";
import type { operations } from "../../lib/types";
import type { Download, FileRecord } from "../../lib/types";

export function playAddress(file_id: string, signal?: AbortSignal): Promise<Download> {
  const params = { path: { file_id }, query: { disposition: "inline" as const } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params, ...(signal && { signal }) }));
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
