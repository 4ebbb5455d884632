/** Who is to blame where a request to the store got no answer: the network, the store, or what stands in front of it. */
import type { UploadCalls } from "../api/upload-calls.js";
import { StoreError } from "./store-error.js";
import { withTimeout } from "../wait.js";

const PATIENCE_MS = 5000;

/** The failure of a request to `url`, named more closely where the service answers meanwhile. */
export async function namedMoreClosely(error: StoreError, url: string, calls: Pick<UploadCalls, "isReady">): Promise<StoreError> {
  if (error.kind === "blocked") return new StoreError("blocked", error.status, "", originOf(url));
  if ((error.kind !== "network" && error.kind !== "stalled") || !navigator.onLine) return error;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const [ready, answers] = await Promise.all([withTimeout(calls.isReady(signal), PATIENCE_MS, null), doesAnswer(originOf(url), signal)]);
  if (ready === null) return error;
  if (!ready || !answers) return new StoreError("no_answer", 0, "", originOf(url));
  return error.kind === "stalled" ? error : new StoreError("blocked", 0, "", originOf(url));
}

/** Whatever it says: without CORS nobody may read it, but it is an answer. */
function doesAnswer(origin: string, signal: AbortSignal): Promise<boolean> {
  const asked = fetch(`${origin}/`, { mode: "no-cors", cache: "no-store", credentials: "omit", signal });
  return withTimeout(asked.then(() => true), PATIENCE_MS, false);
}

function originOf(url: string): string {
  return new URL(url).origin;
}
