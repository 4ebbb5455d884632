import { expect, test } from "vitest";
import { aFile } from "../../../testing/builders";
import { artworkOf } from "./media-session";

const widths = (file: ReturnType<typeof aFile>) => artworkOf(file).map(({ src, sizes }) => [new URL(src, "http://page.test").search, sizes]);

test("the lock screen may choose among the sizes of a picture", () => {
  const file = aFile({ thumbnail: { v: "v1", blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", width: 4, height: 4 } });

  expect(widths(file)).toEqual([
    ["?width=96&v=v1", "96x96"],
    ["?width=320&v=v1", "320x320"],
    ["?width=1280&v=v1", "1280x1280"],
  ]);
});

test("a cover without thumbnails is one picture of any size, and no cover is none", () => {
  expect(widths(aFile({ thumbnail: null, cover_id: "c1" }))).toEqual([["?cover_id=c1", "any"]]);
  expect(widths(aFile({ thumbnail: null, cover_id: null }))).toEqual([]);
});
