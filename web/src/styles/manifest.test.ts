import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(resolve(path), "utf8");

interface Manifest {
  icons: Array<{ src: string; sizes: string; type: string; purpose?: string }>;
  background_color: string;
  theme_color: string;
  share_target: { action: string; method: string; enctype: string; params: { files: Array<{ name: string }> } };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file
const manifest = JSON.parse(read("public/manifest.webmanifest")) as Manifest;
const [, light = "", dark = ""] = /--bg: light-dark\((#\w+), (#\w+)\)/.exec(read("src/styles/tokens.css")) ?? [];

/** Width and height stand at the same place in every PNG. */
function sidesOf(path: string): string {
  const header = readFileSync(resolve(`public${path}`));
  return `${header.readUInt32BE(16)}x${header.readUInt32BE(20)}`;
}

test("the browser's bars have the page's own background, light and dark", () => {
  const colours = [...read("index.html").matchAll(/name="theme-color" content="(#\w+)"/g)].map(([, colour]) => colour);

  expect(colours).toEqual([light, dark]);
  expect([manifest.background_color, manifest.theme_color]).toEqual([light, light]);
});

test("what other apps share is sent where the service worker takes it", () => {
  const { action, method, enctype, params } = manifest.share_target;

  expect([action, method, enctype, params.files[0]?.name]).toEqual(["/share", "POST", "multipart/form-data", "files"]);
});

test("every icon is there in its size, one of them for any mask", () => {
  const drawn = manifest.icons.filter(({ type }) => type === "image/png");

  expect(drawn.map(({ src }) => sidesOf(src))).toEqual(drawn.map(({ sizes }) => sizes));
  expect(drawn.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`)).toEqual(["192x192 any", "512x512 any", "512x512 maskable"]);
  expect(sidesOf("/apple-touch-icon.png")).toBe("180x180");
});
