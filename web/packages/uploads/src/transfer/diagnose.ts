/** Finds out why a request to the store got no response: the network, the store, or something in front of it. */
import type { UploadCalls } from "../api/upload-calls.js";
import { StoreError } from "./store-error.js";
import { isOnline, withTimeout } from "../wait.js";

const TIMEOUT_MS = 5000;

/** Return a more precise error for a failed request to `url`, if the service responds meanwhile. */
export async function diagnose(error: StoreError, url: string, calls: Pick<UploadCalls, "isReady">): Promise<StoreError> {
  if (error.kind === "blocked") return new StoreError("blocked", error.status, "", originOf(url));
  if ((error.kind !== "network" && error.kind !== "stalled") || !isOnline()) return error;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const [ready, answers] = await Promise.all([withTimeout(calls.isReady(signal), TIMEOUT_MS, null), doesAnswer(originOf(url), signal)]);
  if (ready === null) return error;
  if (!ready || !answers) return new StoreError("no_answer", 0, "", originOf(url));
  return error.kind === "stalled" ? error : new StoreError("blocked", 0, "", originOf(url));
}

/** Any response counts; without CORS a page cannot read it. */
function doesAnswer(origin: string, signal: AbortSignal): Promise<boolean> {
  const asked = fetch(`${origin}/`, { mode: "no-cors", cache: "no-store", credentials: "omit", signal });
  return withTimeout(asked.then(() => true), TIMEOUT_MS, false);
}

function originOf(url: string): string {
  return new URL(url).origin;
}
