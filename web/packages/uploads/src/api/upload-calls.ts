/** The upload calls of /v1, one function each. */
import { unwrap, type MoodropClient } from "./create-client.js";
import { validName } from "../metadata/file-names.js";
import type { paths } from "../schema.js";
import type {
  FileRecord,
  PutTransfer,
  SignedPartsResponse,
  FileDetails,
  StartedUpload,
  UploadRecord,
  UploadStart,
  RequestedParts,
} from "./types.js";

type FilesQuery = NonNullable<paths["/v1/files"]["get"]["parameters"]["query"]>;

export type UploadCalls = ReturnType<typeof uploadCalls>;

export function uploadCalls(client: MoodropClient) {
  async function freshAddresses(upload_id: string, body: RequestedParts, signal: AbortSignal) {
    const params = { path: { upload_id } };
    return unwrap(client.POST("/v1/uploads/{upload_id}/urls", { params, body, signal }));
  }

  return {
    start(body: UploadStart): Promise<StartedUpload> {
      return unwrap(client.POST("/v1/uploads", { body: { ...body, filename: validName(body.filename) } }));
    },

    /** Where an upload stands, and which of its parts the store has. */
    getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord> {
      const params = { path: { upload_id } };
      return unwrap(client.GET("/v1/uploads/{upload_id}", { params, signal }));
    },

    /** The newest uploads that are not files yet; with a fingerprint, those of one file. */
    async listPending(signal: AbortSignal, fingerprint?: string): Promise<UploadRecord[]> {
      const query = { status: "pending" as const, limit: 50, ...(fingerprint && { fingerprint }) };
      const answer = await unwrap(client.GET("/v1/uploads", { params: { query }, signal }));
      return answer.uploads;
    },

    /** The caller's files of one of these sizes, at most 100 of them; the newest thousand. */
    async listOfSizes(sizes: readonly number[], signal: AbortSignal): Promise<FileRecord[]> {
      const found: FileRecord[] = [];
      const query: FilesQuery = { size_bytes: sizes.join(","), limit: 200 };
      do {
        const page = await unwrap(client.GET("/v1/files", { params: { query }, signal }));
        found.push(...page.files);
        query.cursor = page.next_cursor ?? "";
      } while (query.cursor && found.length < 1000);
      return found;
    },

    /** A fresh address for a file that is sent in one piece. */
    async freshTransfer(upload_id: string, signal: AbortSignal): Promise<PutTransfer> {
      const { transfer } = await freshAddresses(upload_id, { parts: null, part_numbers: null }, signal);
      if (transfer.kind === "multipart") throw new TypeError("asked for one address, got those of parts");
      return transfer;
    },

    async signParts(upload_id: string, wanted: RequestedParts, signal: AbortSignal): Promise<SignedPartsResponse> {
      const { transfer, server_time } = await freshAddresses(upload_id, wanted, signal);
      if (transfer.kind !== "multipart") throw new TypeError("asked for the addresses of parts, got another");
      return { transfer, server_time };
    },

    /** Say that the bytes are there; the service verifies. Safe to repeat: the same file comes back. */
    confirm(upload_id: string, details: FileDetails, signal: AbortSignal): Promise<FileRecord> {
      const params = { path: { upload_id } };
      const body = { ...details, parts: null };
      return unwrap(client.POST("/v1/uploads/{upload_id}/confirm", { params, body, signal }));
    },

    /** Whether the service and all that it needs work. Rejects where the service does not answer. */
    async isReady(signal: AbortSignal): Promise<boolean> {
      const { response } = await client.GET("/readyz", { signal });
      return response.ok;
    },

    abort(upload_id: string): Promise<void> {
      const params = { path: { upload_id } };
      return unwrap(client.DELETE("/v1/uploads/{upload_id}", { params }));
    },
  };
}
