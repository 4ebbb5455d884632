import { http, HttpResponse } from "msw";
import { afterEach, expect, test, vi } from "vitest";
import { aFile } from "../../../testing/builders";
import { passTime, silence, stopClock } from "../../../testing/clock";
import { ORIGIN, server, STORE } from "../../../testing/server";
import { hasShape, loudest, songShape } from "./song-shape";

const LARGE = 17 * 1024 * 1024;
const measured = aFile({ file_id: "a", size_bytes: LARGE, media_state: "ready" });
const never = new AbortController().signal;

afterEach(() => vi.useRealTimers());

/** The addresses of an answer that has expired when it comes, so that each test reads its own. */
const EXPIRED = { state: "ready", server_time: "2026-11-21T10:00:00Z", expires_at: "2026-11-21T10:00:00Z" };

function answerPeaks(waveform: object | null): void {
  const peaks = waveform && { url: `${STORE}/peaks.json` };
  server.use(
    http.get(`${ORIGIN}/v1/files/a/media`, () => HttpResponse.json({ ...EXPIRED, peaks })),
    http.get(`${STORE}/peaks.json`, () => HttpResponse.json(waveform)),
  );
}

test("a stored shape is drawn without decoding the song, however large it is", async () => {
  answerPeaks({ version: 2, bits: 8, length: 2, data: [-64, 32, -16, 127] });

  const shape = await songShape(measured, never);

  expect(shape).toHaveLength(600);
  expect([shape[0], shape.at(-1)]).toEqual([0.5, 127 / 128]);
});

test.each([null, {}, { data: [] }, { data: ["x"] }])("%j is no stored shape, and the song is too large to be decoded", async (waveform) => {
  answerPeaks(waveform);

  await expect(songShape(measured, never)).rejects.toThrow("Too large");
});

test("a store that falls silent is waited for a quarter of a minute, then the song would be decoded", async () => {
  answerPeaks({ data: [1] });
  server.use(http.get(`${STORE}/peaks.json`, silence));
  stopClock();
  const failed = vi.fn<(error: unknown) => void>();

  void songShape(measured, never).catch(failed);
  await passTime(15_000);

  expect(String(failed.mock.lastCall)).toContain("Too large");
});

test("songs have a shape, films and very large songs have none", () => {
  expect(hasShape(aFile())).toBe(true);
  expect(hasShape(aFile({ content_type: "video/mp4" }))).toBe(false);
  expect(hasShape(aFile({ size_bytes: LARGE }))).toBe(false);
  expect(hasShape(aFile({ size_bytes: LARGE, media_state: "ready" }))).toBe(true);
});

test("the shape is the loudest of each stretch, up or down", () => {
  expect([...loudest(Float32Array.of(0, 0.25, -0.5, 0.1, 0, 1), 3)]).toEqual([0.25, 0.5, 1]);
});

test("a sound shorter than its steps has no holes", () => {
  expect([...loudest(Float32Array.of(0.5, 1), 4)]).toEqual([0.5, 0.5, 1, 1]);
});
