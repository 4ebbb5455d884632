/** The element's connection to a service: its limits, and the queue of uploads. */
import { asApiError, isAbort, type ApiError } from "../api/api-error.js";
import { createClient, type ClientOptions } from "../api/create-client.js";
import type { Session } from "../api/types.js";
import { unwrap } from "../api/unwrap.js";
import { createUploads, type MoodropUploads } from "../queue/create-uploads.js";
import type { Restrictions } from "../queue/restrictions.js";
import type { UploadsEvents, UploadsOptions } from "../queue/uploads-options.js";
import { acceptedTypes } from "./accepted-types.js";

export interface OpenSession {
  limits: Restrictions;
  moods: readonly string[];
  queue: MoodropUploads;
}

export interface SessionOptions extends UploadsEvents, Pick<ClientOptions, "baseUrl" | "token"> {
  accept: string;
  describe: UploadsOptions["describe"];
  onChange: () => void;
  onOpen: (session: OpenSession) => void;
  onFailure: (failure: ApiError) => void;
}

/** Asks the service what it takes, then makes the queue. Returns how to close both. */
export function openSession(options: SessionOptions): () => void {
  const closed = new AbortController();
  const { baseUrl, token = null, describe, onChange, onOpen, onFailure, accept, ...events } = options;
  const client = createClient({ baseUrl, token });

  function open({ limits: given, owner }: Session): void {
    const limits = { ...given, allowed_content_types: acceptedTypes(given.allowed_content_types, accept) };
    const queue = createUploads({ client, limits, owner: owner ?? undefined, ...(describe && { describe }), ...events });
    queue.subscribe(onChange);
    closed.signal.addEventListener("abort", () => queue.destroy());
    onOpen({ limits, moods: given.moods, queue });
  }

  unwrap(client.GET("/v1/session", { signal: closed.signal })).then(
    (session) => {
      if (!closed.signal.aborted) open(session);
    },
    (error: unknown) => {
      if (!isAbort(error)) onFailure(asApiError(error));
    },
  );
  return () => closed.abort();
}
