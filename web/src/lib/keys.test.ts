import { expect, test } from "vitest";
import { isComposing, isEscape, isTypedInto } from "./keys";

const key = (given: KeyboardEventInit) => new KeyboardEvent("keydown", { cancelable: true, ...given });

test.each([
  ["while a word is composed", { isComposing: true }, true],
  ["at its end, in Safari", { keyCode: 229 }, true],
  ["else", { keyCode: 27 }, false],
])("%s, a key is the input method's or not", (_, given, composing) => {
  expect(isComposing(key(given))).toBe(composing);
  expect(isEscape(key({ key: "Escape", ...given }))).toBe(!composing);
});

test("an Escape that was used already is none", () => {
  const used = key({ key: "Escape" });
  used.preventDefault();

  expect(isEscape(used)).toBe(false);
});

test.each([
  ["<input>", true],
  ["<input type=search>", true],
  ["<input type=checkbox>", false],
  ["<input type=range>", false],
  ["<textarea></textarea>", true],
  ["<select></select>", true],
  ["<p contenteditable></p>", true],
  ["<p contenteditable=false></p>", false],
  ["<button></button>", false],
])("whether %s takes what is typed: %s", (html, typed) => {
  const place = document.createElement("div");
  place.innerHTML = html;

  expect(isTypedInto(place.firstElementChild)).toBe(typed);
});

test("what is inside of a field is the field", () => {
  const place = document.createElement("p");
  place.contentEditable = "true";
  place.setAttribute("contenteditable", "");
  place.innerHTML = "<b>bold</b>";

  expect(isTypedInto(place.firstElementChild)).toBe(true);
});
