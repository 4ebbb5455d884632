/** The calls of a listening history. */
import type { Json, paths } from "@moodrop/uploads/client";
import { client, unwrap } from "../../lib/http";

export type HistoryPage = Json<paths["/v1/history"]["get"]["responses"][200]>;
export type Listen = HistoryPage["listens"][number];
export type Unfinished = Json<paths["/v1/history/unfinished"]["get"]["responses"][200]>["unfinished"][number];

export const readHistory = (cursor: string | null): Promise<HistoryPage> =>
  unwrap(client.GET("/v1/history", { params: { query: { limit: 50, ...(cursor !== null && { cursor }) } } }));

export const readUnfinished = async (): Promise<readonly Unfinished[]> =>
  (await unwrap(client.GET("/v1/history/unfinished", { params: { query: { limit: 12 } } }))).unfinished;

export const readEnabled = async (): Promise<boolean> => (await unwrap(client.GET("/v1/history/settings"))).enabled;

export const setEnabled = async (enabled: boolean): Promise<boolean> =>
  (await unwrap(client.PUT("/v1/history/settings", { body: { enabled } }))).enabled;

export const removeListen = (listen_id: string): Promise<void> =>
  unwrap(client.DELETE("/v1/history/{listen_id}", { params: { path: { listen_id } } }));

export const clearHistory = (): Promise<void> => unwrap(client.DELETE("/v1/history"));
