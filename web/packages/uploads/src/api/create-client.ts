/** The typed client of /v1: sends the token with every call. */
import createFetchClient, { type Client } from "openapi-fetch";
import type { paths } from "../schema.js";
import { CALL_MS, timeLimitOf, withinTime } from "./time-limit.js";

/** Every call of the service's OpenAPI document, typed: `client.GET("/v1/files", …)`. */
export type MoodropClient = Client<paths>;

export interface ClientOptions {
  /** The address of the service, such as https://files.example.com. Unset: the origin that served the page. */
  baseUrl?: string | undefined;
  /** A bearer token, or a function that returns the current one. Not needed with a session cookie or in open mode. */
  token?: string | null | (() => string | null | Promise<string | null>);
  /** Additional headers for every call. */
  headers?: Readonly<Record<string, string>>;
  /** Called on every 401: sign in again. */
  onUnauthorized?: () => void;
  /** Milliseconds that a call may take, 60,000 by default; a confirm may take five times as long. */
  timeoutMs?: number;
}

export function createClient({ baseUrl, token = null, headers = {}, onUnauthorized, timeoutMs = CALL_MS }: ClientOptions = {}): MoodropClient {
  const client = createFetchClient<paths>({
    baseUrl: baseUrl ?? ownOrigin(),
    headers,
    fetch: (request) => globalThis.fetch(request, { signal: withinTime(timeLimitOf(new URL(request.url).pathname, timeoutMs), request.signal) }),
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

function ownOrigin(): string {
  const page: Location | undefined = globalThis.location;
  if (!page) throw new TypeError("There is no page here whose origin could be the service's: set baseUrl.");
  return page.origin;
}
