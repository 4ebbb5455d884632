import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { aMedia } from "../../../testing/builders";
import { ORIGIN, problem, server } from "../../../testing/server";
import { currentMedia, forgetMedia, renditionAddress } from "./current-media";

let files = 0;

/** A film whose addresses live for ten seconds, and how often it was asked for. */
function aFilm(given: { state?: string } = {}) {
  const film = { file_id: `film-${(files += 1)}`, asked: 0 };
  server.use(
    http.get(`${ORIGIN}/v1/files/${film.file_id}/media`, () => {
      film.asked += 1;
      return HttpResponse.json({ ...aMedia({ renditions: ["720"], lives: 10, version: film.asked }), ...given });
    }),
  );
  return film;
}

test("all who ask at once share one answer, until six tenths of its life are over", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  const film = aFilm();
  await Promise.all([currentMedia(film.file_id), currentMedia(film.file_id)]);
  clock.mockReturnValue(5900);
  await currentMedia(film.file_id);
  expect(film.asked).toBe(1);

  clock.mockReturnValue(6000);

  expect(await renditionAddress(film.file_id, "720")).toEqual({ url: "store/720/2", dies_at: 16_000, version: "720.etag", etag: null });
});

test("an address is as old as its answer", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  const film = aFilm();
  await currentMedia(film.file_id);
  clock.mockReturnValue(4000);

  expect(await renditionAddress(film.file_id, "720")).toMatchObject({ dies_at: 10_000 });
});

test("what the store refuses is asked for again at once", async () => {
  const film = aFilm();
  await currentMedia(film.file_id);

  forgetMedia(film.file_id);

  expect(await renditionAddress(film.file_id, "720")).toMatchObject({ url: "store/720/2" });
});

test("a failure is not kept", async () => {
  const film = aFilm();
  server.use(http.get(`${ORIGIN}/v1/files/${film.file_id}/media`, () => problem(503, "database_unavailable"), { once: true }));
  await expect(currentMedia(film.file_id)).rejects.toMatchObject({ status: 503 });

  await expect(currentMedia(film.file_id)).resolves.toMatchObject({ state: "ready" });
});

test("a rendition that there is not, is gone for good", async () => {
  const film = aFilm();

  await expect(renditionAddress(film.file_id, "1080")).rejects.toMatchObject({ status: 404, retryable: false });
});
