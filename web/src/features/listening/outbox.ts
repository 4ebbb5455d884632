/** Sends what was listened to. What does not arrive goes again with the next report. */
import type { Json, paths } from "@moodrop/uploads/client";
import { asApiError } from "../../lib/api-error";
import { client, unwrap } from "../../lib/http";

type Body = Json<NonNullable<paths["/v1/listens"]["post"]["requestBody"]>>;
export type ListenReport = Body["listens"][number];

/** The service takes no more at once. */
const MOST = 100;
/** A name of its own for each tab: two of them may play the same file at the same moment. */
const session_id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** By listen: a later report replaces an earlier one. */
const waiting = new Map<string, ListenReport>();

export async function reportListen(report: ListenReport): Promise<void> {
  waiting.set(`${report.file_id} ${report.started_at}`, report);
  const sent = [...waiting].slice(-MOST);
  try {
    const body = { session_id, listens: sent.map(([, one]) => one) };
    // `keepalive`: it also leaves from a page that is being closed.
    await unwrap(client.POST("/v1/listens", { body, keepalive: true }));
  } catch (error) {
    // What the service refuses once it refuses always.
    if (asApiError(error).retryable) return;
  }
  for (const [name, one] of sent) if (waiting.get(name) === one) waiting.delete(name);
}
