/** The service's JSON, named once. Everything here comes from the generated schema. */
import type { paths } from "./schema";

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

export type Session = Json<paths["/v1/session"]["get"]["responses"][200]>;
export type Limits = Session["limits"];
export type FileRecord = Json<paths["/v1/files/{file_id}"]["get"]["responses"][200]>;
export type FileEdits = Json<NonNullable<paths["/v1/files/{file_id}"]["patch"]["requestBody"]>>;
export type DownloadUrls = Json<paths["/v1/files/download-urls"]["post"]["responses"][200]>;
export type FilePage = Json<paths["/v1/files"]["get"]["responses"][200]>;
export type MoodCount = Json<paths["/v1/moods"]["get"]["responses"][200]>["moods"][number];
export type Download = Json<paths["/v1/files/{file_id}/download"]["get"]["responses"][200]>;
export type UploadStart = Json<NonNullable<paths["/v1/uploads"]["post"]["requestBody"]>>;
export type StartedUpload = Json<paths["/v1/uploads"]["post"]["responses"][201]>;
export type Checksum = NonNullable<UploadStart["checksum"]>;
export type Transfer = StartedUpload["transfer"];
export type PutTransfer = Exclude<Transfer, { kind: "multipart" }>;
export type MultipartTransfer = Extract<Transfer, { kind: "multipart" }>;
export type PartTransfer = MultipartTransfer["parts"][number];
export type PartChecksumAlgorithm = NonNullable<MultipartTransfer["part_checksum_algorithm"]>;
/** An upload in whatever state, as the service tells it. */
export type UploadRecord = Json<paths["/v1/uploads/{upload_id}"]["get"]["responses"][200]>;
export type StoredPart = NonNullable<UploadRecord["stored_parts"]>[number];
/** Which addresses are wanted: of these parts with these digests, or of these numbers. */
export type WantedParts = Json<NonNullable<paths["/v1/uploads/{upload_id}/urls"]["post"]["requestBody"]>>;
export type DigestedPart = NonNullable<WantedParts["parts"]>[number];
type Addresses = Json<paths["/v1/uploads/{upload_id}/urls"]["post"]["responses"][200]>;
export interface SignedPartsAnswer extends Pick<Addresses, "server_time"> {
  transfer: MultipartTransfer;
}
type Confirm = Json<NonNullable<paths["/v1/uploads/{upload_id}/confirm"]["post"]["requestBody"]>>;
/** What a person says about a song. */
export type SongDetails = Omit<Confirm, "parts">;
