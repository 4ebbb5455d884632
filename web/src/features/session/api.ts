/** Who is there, and what is allowed. Asks for no token. */
import { client, unwrap } from "../../lib/http";
import type { Session } from "../../lib/types";

export function getSession(signal: AbortSignal): Promise<Session> {
  return unwrap(client.GET("/v1/session", { signal }));
}
