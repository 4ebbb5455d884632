import { http, HttpResponse } from "msw";
import { beforeEach, expect, test } from "vitest";
import { aFile } from "../../testing/builders";
import { aCacheStorage } from "../../testing/caches";
import { server } from "../../testing/server";
import { keepSong, deviceBytes, deviceSongs, readDeviceSongs, removeDeviceSong, type Means } from "./device-songs";

const STORED = "http://store.test/song";
const song = aFile({ size_bytes: 4 });
const version = song.confirmed_at;

let ada: Means;

beforeEach(() => {
  ada = { caches: aCacheStorage(), owner: "ada" };
  deviceSongs.set(null);
  server.use(http.get(STORED, () => HttpResponse.arrayBuffer(new Uint8Array([1, 2, 3, 4]).buffer)));
});

test("a song is kept with its record, and goes when it is removed", async () => {
  await keepSong(song, STORED, ada);

  expect(deviceSongs.get()?.get(song.file_id)?.record).toEqual(song);
  expect((await deviceBytes({ ...song, version }, ada))?.size).toBe(4);

  await removeDeviceSong(song.file_id, ada);
  expect(deviceSongs.get()?.size).toBe(0);
  expect(await deviceBytes({ ...song, version }, ada)).toBeNull();
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

test("where nobody has signed in, or the browser stores nothing, nothing is kept", async () => {
  await expect(keepSong(song, STORED, { ...ada, owner: null })).rejects.toThrow("no place");
  expect((await readDeviceSongs(null)).size).toBe(0);
});
