import { http, HttpResponse } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { aSong } from "../../testing/builders.js";
import { passTime, silence, stopClock } from "../../testing/clock.js";
import { anUploadsWorld, ORIGIN, server, STORE, uploadHandlers } from "../../testing/server.js";
import { diagnose } from "./diagnose.js";
import { StoreError } from "./store-error.js";
import { createUploads, type MoodropUploads } from "../queue/create-uploads.js";

let made: MoodropUploads | null = null;
afterEach(() => made?.destroy());

const yes = () => HttpResponse.json({});
const no = () => HttpResponse.error();
const down = () => HttpResponse.json({}, { status: 503 });

/** A file whose PUT gets no answer that the page may read. */
async function failing(service: () => Response, store: () => Response) {
  server.use(...uploadHandlers(anUploadsWorld()));
  server.use(http.put(`${STORE}/:id`, no), http.get(`${ORIGIN}/readyz`, service), http.get(`${STORE}/`, store));
  made = createUploads({ baseUrl: ORIGIN });
  made.add([aSong()], { mood: "sad" });
  made.start();
  return () => made?.snapshot().uploads[0]?.progress;
}

test("a store that answers to all but the upload has something in front of it: it fails soon, and says so", async () => {
  const progress = await failing(yes, yes);

  await expect.poll(progress).toMatchObject({ status: "failed", error: { kind: "blocked", address: STORE } });
});

test.each([
  ["whose address does not answer", yes, no],
  ["that the service cannot reach either", down, yes],
])("a store %s is waited for, and named at once", async (_, service, store) => {
  const progress = await failing(service, store);

  await expect.poll(progress).toMatchObject({ status: "waiting", cause: { kind: "no_answer", address: STORE } });
});

test("where nothing answers it is the network", async () => {
  const progress = await failing(no, no);

  await expect.poll(progress).toMatchObject({ status: "waiting", cause: { kind: "network" } });
});

test.each([
  ["service", silence, () => new Promise<boolean>(() => undefined), "network"],
  ["store", silence, () => Promise.resolve(true), "no_answer"],
])("a %s that says nothing is waited for five seconds", async (_, store, isReady, kind) => {
  server.use(http.get(`${STORE}/`, store));
  stopClock();
  const named = vi.fn<(error: StoreError) => void>();

  void diagnose(new StoreError("network"), `${STORE}/1`, { isReady }).then(named);
  await passTime(5000);
  vi.useRealTimers();

  expect(named).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ kind }));
});
