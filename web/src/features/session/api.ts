/** Calls for the session: read it, sign in, sign out. */
import { client, setAccessToken, unwrap } from "../../lib/http";
import type { Session } from "../../lib/types";

/** Needs no token. */
export function getSession(signal: AbortSignal): Promise<Session> {
  return unwrap(client.GET("/v1/session", { signal }));
}

/** Swap the token for a cookie that no script can read, so that the page need not keep the token. */
export async function signIn(token: string, signal: AbortSignal): Promise<Session> {
  const headers = { authorization: `Bearer ${token}` };
  const opened = await unwrap(client.POST("/v1/session", { headers, signal }));
  const session = await getSession(signal);
  if (session.owner !== null) return session;
  // The cookie did not come back: the browser keeps none, or the service is at another origin.
  setAccessToken(token);
  return opened;
}

export function signOut(): Promise<void> {
  return unwrap(client.DELETE("/v1/session"));
}
