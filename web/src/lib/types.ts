/** The service's JSON, named once. Everything here comes from the generated schema. */
import type { paths } from "./schema";

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;

export type Session = Json<paths["/v1/session"]["get"]["responses"][200]>;
export type Limits = Session["limits"];
export type FileRecord = Json<paths["/v1/files/{file_id}"]["get"]["responses"][200]>;
export type FilePage = Json<paths["/v1/files"]["get"]["responses"][200]>;
export type MoodCount = Json<paths["/v1/moods"]["get"]["responses"][200]>["moods"][number];
export type Download = Json<paths["/v1/files/{file_id}/download"]["get"]["responses"][200]>;
export type UploadStart = Json<NonNullable<paths["/v1/uploads"]["post"]["requestBody"]>>;
export type StartedUpload = Json<paths["/v1/uploads"]["post"]["responses"][201]>;
export type Checksum = NonNullable<UploadStart["checksum"]>;
export type Transfer = StartedUpload["transfer"];
/** What a person says about a song. */
export type SongDetails = Json<
  NonNullable<paths["/v1/uploads/{upload_id}/confirm"]["post"]["requestBody"]>
>;
