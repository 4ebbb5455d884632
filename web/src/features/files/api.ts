/** The library calls of /v1, one function each. */
import { config } from "../../config";
import { client, unwrap } from "../../lib/http";
import type { MoodFilter } from "../../lib/moods";
import type { Download, FilePage, MoodCount } from "../../lib/types";

export function listFiles(mood: MoodFilter, cursor: string | null, signal: AbortSignal): Promise<FilePage> {
  const query = { limit: config.pageSize, ...(mood && { mood }), ...(cursor && { cursor }) };
  return unwrap(client.GET("/v1/files", { params: { query }, signal }));
}

export async function countMoods(): Promise<MoodCount[]> {
  const answer = await unwrap(client.GET("/v1/moods"));
  return answer.moods;
}

export function deleteFile(file_id: string): Promise<void> {
  return unwrap(client.DELETE("/v1/files/{file_id}", { params: { path: { file_id } } }));
}

/** A short-lived address of the bytes. `attachment` saves under the original name, `inline` shows. */
export function downloadAddress(
  file_id: string,
  disposition: "attachment" | "inline",
  expires_in?: number,
): Promise<Download> {
  const params = { path: { file_id }, query: { disposition, ...(expires_in && { expires_in }) } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params }));
}

/** The address that never expires: it leads to a fresh one each time. */
export function stableAddress(file_id: string): string {
  return `${config.apiOrigin}/v1/files/${encodeURIComponent(file_id)}/download?redirect=1&disposition=inline`;
}
