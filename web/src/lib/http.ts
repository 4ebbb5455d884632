/** The page's one client of /v1, and the access token that it sends. */
import { config } from "../config";
import { smallClient } from "./small-client";

export { unwrap } from "@moodrop/uploads/client";

/** Set only if the session's cookie does not work. Kept in memory: a reload asks again. */
let accessToken: string | null = null;
const onRefused = new Set<() => void>();

export const client = smallClient({
  baseUrl: config.apiOrigin,
  headers: accessHeaders,
  onUnauthorized: () => {
    for (const notify of onRefused) notify();
  },
});

export function setAccessToken(token: string | null): void {
  accessToken = token;
}

/** The headers of calls that do not go through `client`. */
export function accessHeaders(): Readonly<Record<string, string>> {
  return accessToken === null ? {} : { authorization: `Bearer ${accessToken}` };
}

/** Call `listener` whenever the service answers 401. Returns a function that stops it. */
export function onTokenRefused(listener: () => void): () => void {
  onRefused.add(listener);
  return () => onRefused.delete(listener);
}
