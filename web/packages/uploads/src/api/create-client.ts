/** The typed client of /v1: sends the token along, turns every failure into an ApiError. */
import createFetchClient, { type Client } from "openapi-fetch";
import { isAbort, problemFrom, unreachable } from "./api-error.js";
import type { paths } from "../schema.js";

/** Every call of the service's OpenAPI document, typed: `client.GET("/v1/files", …)`. */
export type MoodropClient = Client<paths>;

export interface ClientOptions {
  /** Where the service answers, such as https://files.example.com. Unset: the origin that served the page. */
  baseUrl?: string | undefined;
  /** A bearer token, or how to get the one of this moment. None where the session's cookie or open mode will do. */
  token?: string | null | (() => string | null | Promise<string | null>);
  /** Further headers of every call. */
  headers?: Readonly<Record<string, string>>;
  /** Told of every 401: sign in again. */
  onUnauthorized?: () => void;
}

export function createClient({ baseUrl, token = null, headers = {}, onUnauthorized }: ClientOptions = {}): MoodropClient {
  const client = createFetchClient<paths>({
    baseUrl: baseUrl ?? globalThis.location.origin,
    headers,
    fetch: (request) => globalThis.fetch(request),
  });
  client.use({
    async onRequest({ request }) {
      const current = typeof token === "function" ? await token() : token;
      if (current) request.headers.set("authorization", `Bearer ${current}`);
      return request;
    },
    onResponse({ response }) {
      if (response.status === 401) onUnauthorized?.();
    },
  });
  return client;
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
  throw problemFrom(answer.response, answer.error);
}
