import { expect, test } from "vitest";
import { ownScript } from "./trusted-scripts";

test("a script of the page's own address may be loaded", () => {
  expect(ownScript("/media-worker.js")).toBe("/media-worker.js");
  expect(ownScript(new URL("assets/a.js", location.href).href)).toContain("/assets/a.js");
});

test.each(["https://evil.example/a.js", "//evil.example/a.js", "data:text/javascript,1", "blob:https://evil.example/1"])(
  "%s is refused",
  (url) => {
    expect(() => ownScript(url)).toThrow("Not a script of this page");
  },
);
