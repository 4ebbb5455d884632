import { expect, test } from "vitest";
import { inertMarkup, ownScript } from "./trusted-scripts";

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

test.each(["", "just text", '<style>\n :host .a > div { top: 0 }\n</style>\n<div class="scroll" part="scroll"><div class="wrapper"></div></div>'])(
  "boxes and their style may be set: %s",
  (markup) => {
    expect(inertMarkup(markup)).toBe(markup);
  },
);

test.each([
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  '<div class="a" onclick="alert(1)"></div>',
  "<div style=color:red>",
  '<div class="a"><svg onload=alert(1)>',
  '<div class="</div><img src=x onerror=alert(1)>"></div>',
  "<iframe srcdoc=x",
  "<!--><img src=x onerror=alert(1)>-->",
  "<DIV onmouseover=alert(1)>",
])("%s is refused", (markup) => {
  expect(() => inertMarkup(markup)).toThrow("Not markup of this page");
});
