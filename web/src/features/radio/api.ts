/** The calls for recommendations and radios. */
import type { Json, paths } from "@moodrop/uploads/client";
import type { Mood } from "../../lib/moods";
import { client, unwrap } from "../../lib/http";

type RadioOrder = Json<NonNullable<paths["/v1/radio"]["post"]["requestBody"]>>;
export type Recommended = Json<paths["/v1/radio"]["post"]["responses"][200]>["recommendations"][number];

export const readRadio = async (order: Omit<RadioOrder, "limit">): Promise<readonly Recommended[]> =>
  (await unwrap(client.POST("/v1/radio", { body: { ...order, limit: 5 } }))).recommendations;

export const readRecommended = async (mood: Mood): Promise<readonly Recommended[]> =>
  (await unwrap(client.GET("/v1/recommendations", { params: { query: { mood, strict: "1", limit: 12 } } }))).recommendations;

export const readFile = (file_id: string) => unwrap(client.GET("/v1/files/{file_id}", { params: { path: { file_id } } }));
