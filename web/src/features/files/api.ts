/** The library calls of /v1, one function each. */
import { config } from "../../config";
import { client, unwrap } from "../../lib/http";
import type { Download, DownloadUrls, FileEdits, FilePage, FileRecord, MoodCount } from "../../lib/types";
import { countedBy, parametersOf, type LibraryQuery } from "./list/library-query";

/** Read a page of files. The first is small, to appear at once; later ones are larger. */
export function listFiles(library: LibraryQuery, cursor: string | null, signal: AbortSignal): Promise<FilePage> {
  const limit = cursor === null ? config.pageSize : config.nextPageSize;
  const query = { limit, ...parametersOf(library), ...(cursor && { cursor }) };
  return unwrap(client.GET("/v1/files", { params: { query }, signal }));
}

/** Count the files of each mood that match all but the query's mood, and all of them. */
export function countMoods(query: LibraryQuery): Promise<{ moods: MoodCount[]; files: number }> {
  return unwrap(client.GET("/v1/moods", { params: { query: countedBy(query) } }));
}

/** Delete a file. `leaving`: the page is closing, and the call has to outlive it. */
export function deleteFile(file_id: string, leaving = false): Promise<void> {
  return unwrap(client.DELETE("/v1/files/{file_id}", { params: { path: { file_id } }, keepalive: leaving }));
}

/** Get a short-lived address of the bytes. `attachment` saves under the original name, `inline` shows. */
export function downloadAddress(
  file_id: string,
  disposition: "attachment" | "inline",
  expires_in?: number,
): Promise<Download> {
  const params = { path: { file_id }, query: { disposition, ...(expires_in && { expires_in }) } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params }));
}

/** Return the address that never expires: it redirects to a fresh one each time. */
export function stableAddress(file_id: string): string {
  return `${config.apiOrigin}/v1/files/${encodeURIComponent(file_id)}/download?redirect=1&disposition=inline`;
}

/** Get up to a thousand addresses; each row is an address or the reason why there is none. `expires_in` in seconds. */
export async function downloadAddresses(
  file_ids: string[],
  disposition: "attachment" | "inline",
  expires_in: number,
): Promise<DownloadUrls["results"]> {
  const answer = await unwrap(client.POST("/v1/files/download-urls", { body: { file_ids, disposition, expires_in } }));
  return answer.results;
}

export function getFile(file_id: string, signal?: AbortSignal): Promise<FileRecord> {
  return unwrap(client.GET("/v1/files/{file_id}", { params: { path: { file_id } }, ...(signal && { signal }) }));
}

/** Edit the file. Rejects with ApiError 412, `file_changed`, if it has changed since. */
export function patchFile({ file_id, revision }: FileRecord, edits: FileEdits): Promise<FileRecord> {
  const headers = { "if-match": `"${file_id}.${revision}"` };
  return unwrap(client.PATCH("/v1/files/{file_id}", { params: { path: { file_id } }, body: edits, headers }));
}

export function removeCover(file_id: string): Promise<void> {
  return unwrap(client.DELETE("/v1/files/{file_id}/cover", { params: { path: { file_id } } }));
}
