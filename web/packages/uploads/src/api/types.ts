/** The service's JSON, named once. Everything here comes from the generated schema. */
import type { paths } from "../schema.js";

export type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

export type Session = Json<paths["/v1/session"]["get"]["responses"][200]>;
export type Limits = Session["limits"];
export type FileRecord = Json<paths["/v1/files/{file_id}"]["get"]["responses"][200]>;
export type UploadStart = Json<NonNullable<paths["/v1/uploads"]["post"]["requestBody"]>>;
export type StartedUpload = Json<paths["/v1/uploads"]["post"]["responses"][201]>;
export type Checksum = NonNullable<UploadStart["checksum"]>;
export type Transfer = StartedUpload["transfer"];
export type PutTransfer = Exclude<Transfer, { kind: "multipart" }>;
export type MultipartTransfer = Extract<Transfer, { kind: "multipart" }>;
export type PartTransfer = MultipartTransfer["parts"][number];
export type PartChecksumAlgorithm = NonNullable<MultipartTransfer["part_checksum_algorithm"]>;
/** An upload in any state. */
export type UploadRecord = Json<paths["/v1/uploads/{upload_id}"]["get"]["responses"][200]>;
export type StoredPart = NonNullable<UploadRecord["stored_parts"]>[number];
/** The parts that need URLs: by digest, or by number alone. */
export type RequestedParts = Json<NonNullable<paths["/v1/uploads/{upload_id}/urls"]["post"]["requestBody"]>>;
export type DigestedPart = NonNullable<RequestedParts["parts"]>[number];
type Addresses = Json<paths["/v1/uploads/{upload_id}/urls"]["post"]["responses"][200]>;
export interface SignedPartsResponse extends Pick<Addresses, "server_time"> {
  transfer: MultipartTransfer;
}
type Confirm = Json<NonNullable<paths["/v1/uploads/{upload_id}/confirm"]["post"]["requestBody"]>>;
/** A change of a recorded file: null removes a value, and what is left out stays. */
export type FileEdits = Json<NonNullable<paths["/v1/files/{file_id}"]["patch"]["requestBody"]>>;
/** The metadata of a file, as sent to the service. */
export type FileDetails = Omit<Confirm, "parts">;

/** The metadata of a file, as a person edits it; an empty text means none. */
export interface FileMeta {
  mood: string;
  title: string;
  artist: string;
  album: string;
  /** Left out, or null: none. */
  tags?: readonly string[] | null | undefined;
  duration_seconds: number | null;
  /** A picture of at most 2 MiB, in a type that the service's limits list. */
  cover: Blob | null;
}
