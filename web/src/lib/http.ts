/** The typed client of /v1: adds the access token, turns every failure into an ApiError. */
import createClient from "openapi-fetch";
import { config } from "../config";
import { isAbort, problemFrom, unreachable } from "./api-error";
import type { paths } from "./schema";

/** Only where the session's cookie does not work, and in memory alone: a reload asks again. */
let accessToken: string | null = null;
const onRefused = new Set<() => void>();

export const client = createClient<paths>({
  baseUrl: config.apiOrigin,
  fetch: (request) => globalThis.fetch(request),
});

client.use({
  onRequest({ request }) {
    if (accessToken) request.headers.set("authorization", `Bearer ${accessToken}`);
    return request;
  },
});

export function setAccessToken(token: string | null): void {
  accessToken = token;
}

/** Run `listener` whenever the service answers 401; returns how to stop. */
export function onTokenRefused(listener: () => void): () => void {
  onRefused.add(listener);
  return () => onRefused.delete(listener);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or an ApiError. An abort stays an AbortError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw isAbort(error) ? error : unreachable(error);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a 204 has no body, and T is void there
  if (answer.response.ok) return answer.data as T;
  if (answer.response.status === 401) for (const tell of onRefused) tell();
  throw problemFrom(answer.response, answer.error);
}

