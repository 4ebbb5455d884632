/** What the player asks of the service: where a song's bytes are for now, and which songs come next. */
import { client, unwrap } from "../../lib/http";
import type { operations } from "../../lib/types";
import type { Download, FileRecord } from "../../lib/types";

export function playAddress(file_id: string, signal?: AbortSignal): Promise<Download> {
  const params = { path: { file_id }, query: { disposition: "inline" as const } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params, ...(signal && { signal }) }));
}

/** Gives the next songs of a list each time, and none when it is at its end. */
export type More = () => Promise<readonly FileRecord[]>;

type FileQuery = NonNullable<operations["files_index_files_get"]["parameters"]["query"]>;

/** Songs asked for at a time. */
const PAGE = 100;

/** Reads on from `cursor`, or from the beginning, whatever the page shows meanwhile. */
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
