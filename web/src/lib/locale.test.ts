import { describe, expect, test } from "vitest";
import { localeOf } from "./locale";

const english = localeOf("en-GB");

describe("sizes", () => {
  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [4_200_000, "4.2 MB"],
    [200_000_000, "200 MB"],
    [5_368_709_120, "5.4 GB"],
    [9e15, "9000 TB"],
  ])("%d reads %s", (count, text) => {
    expect(english.bytes(count)).toBe(text);
  });

  test("a speed is bytes in a second", () => {
    expect(english.speed(1_234_567.8)).toBe("1.2 MB/s");
  });

  test.each([
    [5 * 1024 ** 3, "5 GB"],
    [1.5 * 1024 ** 3, "1.5 GB"],
    [16 * 1024 ** 2, "16 MB"],
    [5_379_999_999, "5.3 GB"],
    [10_000_000, "10 MB"],
    [999, "999 bytes"],
    [0, "0 bytes"],
  ])("a limit of %i bytes is never shown larger: %s", (count, text) => {
    expect(english.limit(count)).toBe(text);
  });

  test.each([
    ["de", "4,2 MB"],
    ["es", "4,2 MB"],
    ["fr", "4,2 Mo"],
    ["ar-u-nu-latn", "4.2 م.ب"],
  ])("in %s they are written as people there write them", (tag, text) => {
    expect(localeOf(tag).bytes(4_200_000).replaceAll(/\s/g, " ")).toBe(text);
  });
});

test.each([
  [0, "zero"],
  [1, "one"],
  [2, "two"],
  [3, "few 3"],
  [11, "many 11"],
  [100, "other 100"],
])("Arabic has six forms: of %i it is %s", (count, text) => {
  const forms = { zero: "zero", one: "one", two: "two", few: "few #", many: "many #", other: "other #" };
  expect(localeOf("ar-u-nu-latn").plural(count, forms)).toBe(text);
});

test("a form that is not given is the other one", () => {
  expect(english.plural(1, { other: "# sheep" })).toBe("1 sheep");
});
