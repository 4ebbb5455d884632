/** The upload calls of /v1, one function each. */
import type { MoodropClient } from "./create-client.js";
import { unwrap } from "./unwrap.js";
import { validName } from "../metadata/file-names.js";
import type { paths } from "../schema.js";
import type {
  FileEdits,
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

    /** Get the state of an upload, and the parts that the store has. */
    getUpload(upload_id: string, signal: AbortSignal): Promise<UploadRecord> {
      const params = { path: { upload_id } };
      return unwrap(client.GET("/v1/uploads/{upload_id}", { params, signal }));
    },

    /** List the newest uploads that are not files yet; with a fingerprint, those of one file. */
    async listPending(signal: AbortSignal, fingerprint?: string): Promise<UploadRecord[]> {
      const query = { status: "pending" as const, limit: 50, ...(fingerprint && { fingerprint }) };
      const answer = await unwrap(client.GET("/v1/uploads", { params: { query }, signal }));
      return answer.uploads;
    },

    /** List the caller's newest thousand files of one of these sizes (at most 100 sizes). */
    async listOfSizes(sizes: readonly number[], signal: AbortSignal): Promise<FileRecord[]> {
      const matches: FileRecord[] = [];
      const query: FilesQuery = { size_bytes: sizes.join(","), limit: 200 };
      do {
        const page = await unwrap(client.GET("/v1/files", { params: { query }, signal }));
        matches.push(...page.files);
        query.cursor = page.next_cursor ?? "";
      } while (query.cursor && matches.length < 1000);
      return matches;
    },

    /** Get a fresh URL for a file that is sent in one piece. */
    async renewTransfer(upload_id: string, signal: AbortSignal): Promise<{ transfer: PutTransfer; server_time: string }> {
      const { transfer, server_time } = await freshAddresses(upload_id, { parts: null, part_numbers: null }, signal);
      if (transfer.kind === "multipart") throw new TypeError("expected one URL, got URLs of parts");
      return { transfer, server_time };
    },

    async signParts(upload_id: string, requested: RequestedParts, signal: AbortSignal): Promise<SignedPartsResponse> {
      const { transfer, server_time } = await freshAddresses(upload_id, requested, signal);
      if (transfer.kind !== "multipart") throw new TypeError("expected URLs of parts, got one URL");
      return { transfer, server_time };
    },

    /** Confirm that the bytes are stored; the service verifies it. Safe to repeat: it returns the same file. */
    confirm(upload_id: string, details: FileDetails, signal: AbortSignal): Promise<FileRecord> {
      const params = { path: { upload_id } };
      const body = { ...details, parts: null };
      return unwrap(client.POST("/v1/uploads/{upload_id}/confirm", { params, body, signal }));
    },

    getFile(file_id: string, signal: AbortSignal): Promise<FileRecord> {
      return unwrap(client.GET("/v1/files/{file_id}", { params: { path: { file_id } }, signal }));
    },

    /** Edit the file as it was read. Rejects with ApiError 412, `file_changed`, if it has changed since. */
    editFile({ file_id, revision }: FileRecord, body: FileEdits, signal: AbortSignal): Promise<FileRecord> {
      const headers = { "if-match": `"${file_id}.${revision}"` };
      return unwrap(client.PATCH("/v1/files/{file_id}", { params: { path: { file_id } }, body, headers, signal }));
    },

    /** Whether the service is ready. Rejects if it does not respond. */
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
