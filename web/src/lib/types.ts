/** The service's JSON, named once. Everything here comes from the generated schema. */
import type { Json, paths } from "@moodrop/uploads/client";

export type { FileRecord, Limits, operations, Session } from "@moodrop/uploads/client";
export type FileEdits = Json<NonNullable<paths["/v1/files/{file_id}"]["patch"]["requestBody"]>>;
export type DownloadUrls = Json<paths["/v1/files/download-urls"]["post"]["responses"][200]>;
export type FilePage = Json<paths["/v1/files"]["get"]["responses"][200]>;
export type MoodCount = Json<paths["/v1/moods"]["get"]["responses"][200]>["moods"][number];
export type FileGroup = Json<paths["/v1/albums"]["get"]["responses"][200]>["groups"][number];
export type Media = Json<paths["/v1/files/{file_id}/media"]["get"]["responses"][200]>;
export type Download = Json<paths["/v1/files/{file_id}/download"]["get"]["responses"][200]>;
