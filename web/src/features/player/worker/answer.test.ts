import { describe, expect, test } from "vitest";
import { answer, rangeOf, parseMediaRequest, type MediaRequest } from "./answer";
import { PIECE_BYTES, ByteCache, type MediaFile } from "./byte-cache";

const SIZE = PIECE_BYTES * 2 + 500;
const file: MediaFile = { file_id: "f", rendition: null, version: "e", size_bytes: SIZE, content_type: "audio/mpeg" };

/** Byte n of the file is n modulo 251. */
const bytesOf = (start: number, count: number) => Uint8Array.from({ length: count }, (_, n) => (start + n) % 251);

function aCache() {
  const fetched: number[] = [];
  const cache = new ByteCache((piece) => {
    fetched.push(piece.start);
    piece.append(bytesOf(piece.start, piece.size_bytes));
    return Promise.resolve();
  });
  return { cache, fetched };
}

const asked = (given: Partial<MediaRequest> = {}): MediaRequest => ({
  url: "http://page.test/media/f?size=500&type=audio%2Fmpeg&version=e",
  method: "GET",
  destination: "audio",
  mode: "no-cors",
  ...given,
});

describe("what is asked for", () => {
  test("a song, by a media element or by the page itself", () => {
    const expected = { file_id: "f", rendition: null, version: "e", size_bytes: 500, content_type: "audio/mpeg" };
    expect(parseMediaRequest(asked())).toEqual(expected);
    expect(parseMediaRequest(asked({ destination: "video" }))).toEqual(expected);
    expect(parseMediaRequest(asked({ destination: "", mode: "cors" }))).toEqual(expected);
  });

  test("a rendition, by its name", () => {
    const request = asked({ url: "http://page.test/media/f?size=500&type=video%2Fmp4&version=e&rendition=720" });

    expect(parseMediaRequest(request)).toMatchObject({ file_id: "f", rendition: "720" });
  });

  test.each<[string, Partial<MediaRequest>]>([
    ["a rendition of no such name", { url: "http://page.test/media/f?size=500&type=video%2Fmp4&rendition=..%2Fx" }],
    ["a tab", { destination: "document", mode: "navigate" }],
    ["a frame", { destination: "iframe", mode: "navigate" }],
    ["a script", { destination: "script" }],
    ["a picture", { destination: "image" }],
    ["another address", { url: "http://page.test/v1/files?size=5&type=audio%2Fmpeg" }],
    ["a page", { url: "http://page.test/media/f?size=500&type=text%2Fhtml" }],
    ["a drawing", { url: "http://page.test/media/f?size=500&type=image%2Fsvg%2Bxml" }],
    ["a type with more in it", { url: "http://page.test/media/f?size=500&type=audio%2Fmpeg%0Ax%3Ay" }],
    ["no size", { url: "http://page.test/media/f?type=audio%2Fmpeg" }],
    ["a sending", { method: "POST" }],
  ])("not for %s", (_, given) => {
    expect(parseMediaRequest(asked(given))).toBeNull();
  });
});

test.each([
  ["bytes=0-", { start: 0, end: 999 }],
  ["bytes=10-19", { start: 10, end: 19 }],
  ["bytes=990-2000", { start: 990, end: 999 }],
  ["bytes=-10", { start: 990, end: 999 }],
  ["bytes=-5000", { start: 0, end: 999 }],
  ["bytes=1000-", null],
  ["bytes=9-3", null],
  ["bytes=-", null],
  ["bytes=a-b", null],
  ["lines=1-2", null],
])("%s of a thousand", (header, range) => {
  expect(rangeOf(header, 1000)).toEqual(range);
});

describe("the answer", () => {
  test("is the range, across the pieces it lies in", async () => {
    const [start, end] = [PIECE_BYTES - 10, PIECE_BYTES * 2 + 9];

    const response = answer(file, `bytes=${start}-${end}`, aCache().cache);

    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end}/${SIZE}`);
    expect(response.headers.get("content-type")).toBe("audio/mpeg");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytesOf(start, end - start + 1));
  });

  test("is all of it to who names no range", async () => {
    const response = answer(file, null, aCache().cache);

    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(SIZE);
  });

  test("is 416 where there are no such bytes", () => {
    const response = answer(file, `bytes=${SIZE}-`, aCache().cache);

    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe(`bytes */${SIZE}`);
  });

  test("fetches no further than one piece ahead of what is read", async () => {
    const { cache, fetched } = aCache();
    const hour = { ...file, size_bytes: PIECE_BYTES * 60 };

    const reader = answer(hour, "bytes=0-", cache).body?.getReader();
    await reader?.read();

    expect(fetched).toEqual([0, PIECE_BYTES]);
  });

  test("fetches nothing twice, who ever asks", async () => {
    const { cache, fetched } = aCache();

    await answer(file, "bytes=0-", cache).arrayBuffer();
    await answer(file, null, cache).arrayBuffer();

    expect(fetched).toEqual([0, PIECE_BYTES, PIECE_BYTES * 2]);
  });

  test("pieces of two versions are never joined, and a forgotten one is fetched again", async () => {
    const { cache, fetched } = aCache();
    const small = { ...file, size_bytes: 100 };
    const twice = async (one: MediaFile) => {
      await answer(one, null, cache).arrayBuffer();
      await answer(one, null, cache).arrayBuffer();
    };

    await twice(small);
    await twice({ ...small, version: "f" });
    expect(fetched).toHaveLength(2);

    cache.forget(small);
    await twice({ ...small, version: "f" });
    expect(fetched).toHaveLength(2);
    await twice(small);
    expect(fetched).toHaveLength(3);
  });

  test("a piece that failed is fetched again by the next one who asks", async () => {
    let tries = 0;
    const cache = new ByteCache((piece) => {
      tries += 1;
      if (tries === 1) return Promise.reject(new Error("gone"));
      piece.append(bytesOf(0, piece.size_bytes));
      return Promise.resolve();
    });
    const small = { ...file, size_bytes: 100 };

    await expect(answer(small, null, cache).arrayBuffer()).rejects.toThrow("gone");

    expect((await answer(small, null, cache).arrayBuffer()).byteLength).toBe(100);
  });
});
