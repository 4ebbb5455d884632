/** Where the bytes of a song are, for the next little while. */
import { client, unwrap } from "../../lib/http";
import type { Download } from "../../lib/types";

export function playAddress(file_id: string, signal: AbortSignal): Promise<Download> {
  const params = { path: { file_id }, query: { disposition: "inline" as const } };
  return unwrap(client.GET("/v1/files/{file_id}/download", { params, signal }));
}
