/** The kit's client of /v1 in a fifth of its size, with what the page uses of it: parameters, JSON, a signal. */
import { timeLimitOf, withinTime, type MoodropClient } from "@moodrop/uploads/client";

export interface SmallClientOptions {
  baseUrl: string;
  /** Headers of every call, as they are at that moment. */
  headers: () => Readonly<Record<string, string>>;
  onUnauthorized: () => void;
  /** Milliseconds that a call may take; a confirm may take longer. Unset: as with the kit's client. */
  timeoutMs?: number;
}

type Values = Readonly<Record<string, unknown>>;

interface CallOptions extends Omit<RequestInit, "body" | "headers"> {
  params?: { path?: Values; query?: Values };
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export function smallClient({ baseUrl, headers, onUnauthorized, timeoutMs }: SmallClientOptions): MoodropClient {
  const call = (method: string) => async (path: string, { params, body, headers: own, signal, ...rest }: CallOptions = {}) => {
    const isJson = body !== undefined;
    const response = await fetch(baseUrl + addressOf(path, params), {
      ...rest,
      signal: withinTime(timeLimitOf(path, timeoutMs), signal),
      method,
      headers: { ...(isJson && { "content-type": "application/json" }), ...own, ...headers() },
      ...(isJson && { body: JSON.stringify(body) }),
    });
    if (response.status === 401) onUnauthorized();
    const text = await response.text();
    return response.ok ? { data: text ? (JSON.parse(text) as unknown) : undefined, response } : { error: readable(text), response };
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of the calls are those of the kit's client
  return Object.fromEntries(VERBS.map((verb) => [verb, call(verb)])) as unknown as MoodropClient;
}

function addressOf(path: string, { path: names = {}, query = {} }: NonNullable<CallOptions["params"]> = {}): string {
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length > 0 ? `${place}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}` : place;
}

/** A proxy's page is not JSON. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
