import { expect, test } from "vitest";
import { config } from "../config";
import { thumbnailAddress } from "./thumbnail-address";

const PLACE = `${config.apiOrigin}/v1/files/01F`;
const thumbnail = { v: "5f0c3bd1a9e2", blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj", width: 1500, height: 1000 };

test("a thumbnail has an address for each width, with the picture's id", () => {
  const file = { file_id: "01F", cover_id: "01C", thumbnail };
  expect(thumbnailAddress(file, 96)).toBe(`${PLACE}/thumbnail?width=96&v=5f0c3bd1a9e2`);
  expect(thumbnailAddress(file, 1280)).toBe(`${PLACE}/thumbnail?width=1280&v=5f0c3bd1a9e2`);
});

test("until there is a thumbnail the cover is shown, whatever the width", () => {
  expect(thumbnailAddress({ file_id: "01F", cover_id: "01C", thumbnail: null }, 320)).toBe(`${PLACE}/cover?cover_id=01C`);
});

test("a file without thumbnail and cover has no picture", () => {
  expect(thumbnailAddress({ file_id: "01F", cover_id: null, thumbnail: null }, 96)).toBeNull();
});
