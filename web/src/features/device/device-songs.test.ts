import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { config } from "../../config";
import { thumbnailAddress } from "../../lib/thumbnail-address";
import { aFile } from "../../testing/builders";
import { aCacheStorage } from "../../testing/caches";
import { passTime, silence, stopClock } from "../../testing/clock";
import { server } from "../../testing/server";
import { keepSong, deviceBytes, deviceSongs, readDeviceSongs, removeDeviceSong, renewDeviceSongs, type Means } from "./device-songs";

const STORED = "http://store.test/song";
const song = aFile({ size_bytes: 4 });
const version = song.confirmed_at;

let ada: Means;
let released: string[];

beforeEach(() => {
  let made = 0;
  released = [];
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => `blob:${(made += 1)}`, revokeObjectURL: (url: string) => released.push(url) }));
  ada = { caches: aCacheStorage(), owner: "ada" };
  deviceSongs.set(null);
  server.use(http.get(STORED, () => HttpResponse.arrayBuffer(new Uint8Array([1, 2, 3, 4]).buffer)));
});

afterEach(() => vi.useRealTimers());

test("a song is kept with its record, and goes when it is removed", async () => {
  await keepSong(song, STORED, ada);

  expect(deviceSongs.get()?.get(song.file_id)?.record).toEqual(song);
  expect((await deviceBytes({ ...song, version }, ada))?.size).toBe(4);

  await removeDeviceSong(song.file_id, ada);
  expect(deviceSongs.get()?.size).toBe(0);
  expect(await deviceBytes({ ...song, version }, ada)).toBeNull();
});

const thumbnail = { v: "5f0c3bd1a9e2", blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", width: 1500, height: 1000 };
const pictured = aFile({ size_bytes: 4, thumbnail });
const PICTURE = `${config.apiOrigin}/v1/files/${pictured.file_id}/thumbnail`;

test("its cover is kept with it, counted in its size, shown instead of the service's, and goes with it", async () => {
  const asked: string[] = [];
  server.use(
    http.get(PICTURE, ({ request }) => {
      asked.push(new URL(request.url).search);
      return HttpResponse.arrayBuffer(new Uint8Array(7).buffer);
    }),
  );

  expect(await keepSong(pictured, STORED, ada)).toBe(11);

  expect(asked).toEqual(["?width=320&v=5f0c3bd1a9e2"]);
  expect(deviceSongs.get()?.get(pictured.file_id)?.size_bytes).toBe(11);
  for (const width of [96, 320] as const) expect(thumbnailAddress(pictured, width)).toBe("blob:1");
  expect(thumbnailAddress(pictured, 1280)).toContain("width=1280");
  expect(thumbnailAddress({ ...pictured, thumbnail: { ...thumbnail, v: "another" } }, 96)).toContain("v=another");
  await readDeviceSongs(ada);
  expect(thumbnailAddress(pictured, 96)).toBe("blob:1");

  await removeDeviceSong(pictured.file_id, ada);
  expect(thumbnailAddress(pictured, 96)).toContain("width=96");
  expect(released).toEqual(["blob:1"]);
  expect(await (await ada.caches.open("moodrop-kept:ada")).keys()).toEqual([]);
});

test("a cover without a thumbnail is kept as it is, for every width", async () => {
  const covered = aFile({ size_bytes: 4, cover_id: "01C" });
  server.use(http.get(`${config.apiOrigin}/v1/files/${covered.file_id}/cover`, () => HttpResponse.arrayBuffer(new Uint8Array(5).buffer)));

  expect(await keepSong(covered, STORED, ada)).toBe(9);

  expect(thumbnailAddress(covered, 1280)).toBe("blob:1");
});

test("a song whose cover does not come is kept without it, and without that of an earlier time", async () => {
  server.use(http.get(PICTURE, () => HttpResponse.arrayBuffer(new Uint8Array(7).buffer)));
  await keepSong(pictured, STORED, ada);

  for (const answer of [() => HttpResponse.error(), () => new HttpResponse(null, { status: 404 })]) {
    server.use(http.get(PICTURE, answer));
    expect(await keepSong(pictured, STORED, ada)).toBe(4);
    expect(thumbnailAddress(pictured, 96)).toContain("width=96");
  }
});

test("nobody else sees it, nor anyone after signing out, and it is there again afterwards", async () => {
  await keepSong(song, STORED, ada);

  for (const owner of ["bob", null]) {
    const other = { ...ada, owner };
    expect((await readDeviceSongs(other)).size).toBe(0);
    expect(await deviceBytes({ ...song, version }, other)).toBeNull();
    await removeDeviceSong(song.file_id, other);
  }

  expect([...(await readDeviceSongs(ada)).keys()]).toEqual([song.file_id]);
});

const storedRecord = () => deviceSongs.get()?.get(song.file_id)?.record;

test("a kept song is shown as it was last known, and what is older or was never kept changes nothing", async () => {
  await keepSong(song, STORED, ada);
  const renamed = { ...song, title: "Bluer", mood: "happy", revision: 2 };

  await renewDeviceSongs([aFile({ file_id: "another", revision: 9 }), renamed], ada);
  expect([...(deviceSongs.get()?.values() ?? [])].map(({ record }) => record)).toEqual([renamed]);
  await renewDeviceSongs([song], ada);

  expect(storedRecord()).toEqual(renamed);
  deviceSongs.set(null);
  await readDeviceSongs(ada);
  expect(storedRecord()).toEqual(renamed);
  expect(await deviceBytes({ ...song, version }, ada)).not.toBeNull();
});

test("its new cover comes along, and one that was taken away goes", async () => {
  server.use(http.get(PICTURE, () => HttpResponse.arrayBuffer(new Uint8Array(7).buffer)));
  await keepSong(pictured, STORED, ada);
  const repainted = { ...pictured, thumbnail: { ...thumbnail, v: "another" }, revision: 2 };

  await renewDeviceSongs([repainted], ada);
  expect(thumbnailAddress(repainted, 96)).toBe("blob:2");

  await renewDeviceSongs([{ ...pictured, thumbnail: null, revision: 3 }], ada);
  expect(deviceSongs.get()?.get(song.file_id)?.size_bytes).toBe(4);
});

test("a song that has other bytes meanwhile stays as it was kept, so that it plays", async () => {
  await keepSong(song, STORED, ada);

  await renewDeviceSongs([{ ...song, title: "Remix", confirmed_at: "2026-11-22T09:59:30Z", revision: 2 }], ada);

  expect(storedRecord()).toEqual(song);
});

test("the bytes of another version are not played", async () => {
  await keepSong(song, STORED, ada);

  expect(await deviceBytes({ ...song, version: "2026-11-22T09:59:30Z" }, ada)).toBeNull();
});

test("what does not arrive whole is not kept", async () => {
  await expect(keepSong({ ...song, size_bytes: 5 }, STORED, ada)).rejects.toThrow("whole");
  server.use(http.get(STORED, () => new HttpResponse(null, { status: 403 })));
  await expect(keepSong(song, STORED, ada)).rejects.toThrow("403");

  expect((await readDeviceSongs(ada)).size).toBe(0);
});

test("a store that falls silent is given up, the later the larger the song", async () => {
  server.use(http.get(STORED, silence));
  stopClock();
  const failed = vi.fn<(error: unknown) => void>();

  void keepSong({ ...song, size_bytes: 16 * 60_000 }, STORED, ada).catch(failed);
  await passTime(44_000);
  expect(failed).not.toHaveBeenCalled();
  await passTime(5000);

  expect(failed).toHaveBeenCalledOnce();
  expect((await readDeviceSongs(ada)).size).toBe(0);
});

test("where nobody has signed in, or the browser stores nothing, nothing is kept", async () => {
  await expect(keepSong(song, STORED, { ...ada, owner: null })).rejects.toThrow("no place");
  expect((await readDeviceSongs(null)).size).toBe(0);
});
