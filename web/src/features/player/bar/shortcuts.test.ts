import { afterEach, expect, test } from "vitest";
import { shortcutOf } from "./shortcuts";

afterEach(() => document.body.replaceChildren());

/** Return what pressing `key` means with the focus in `html`. */
function pressed(key: string, html = "", { letters = true, ...given }: KeyboardEventInit & { letters?: boolean } = {}) {
  const place = document.createElement("div");
  place.innerHTML = html;
  document.body.append(place);
  let meant: ReturnType<typeof shortcutOf> = null;
  document.addEventListener("keydown", (event) => (meant = shortcutOf(event, letters)), { once: true });
  (place.firstElementChild ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...given }));
  return meant;
}

test.each([
  [" ", "toggle"],
  ["ArrowLeft", "back"],
  ["ArrowRight", "forward"],
  ["n", "next"],
  ["N", "next"],
  ["p", "previous"],
  ["m", "mute"],
  ["f", "full"],
  ["?", "help"],
  ["x", null],
])("%j is %s", (key, shortcut) => {
  expect(pressed(key)).toBe(shortcut);
});

test.each(["<input>", "<textarea></textarea>", "<select></select>", "<p contenteditable></p>", "<dialog open></dialog>"])(
  "nothing in %s",
  (html) => {
    for (const key of [" ", "n", "ArrowLeft", "?"]) expect(pressed(key, html)).toBeNull();
  },
);

test("a button keeps its space bar, and lends the letters", () => {
  expect(pressed(" ", "<button></button>")).toBeNull();
  expect(pressed("n", "<button></button>")).toBe("next");
});

test("a key with Ctrl, Alt or Meta belongs to the browser", () => {
  for (const modifiers of ["ctrlKey", "altKey", "metaKey"]) expect(pressed("n", "", { [modifiers]: true })).toBeNull();
});

test("a key that an input method has is no shortcut", () => {
  for (const given of [{ isComposing: true }, { keyCode: 229 }]) expect(pressed("n", "", given)).toBeNull();
});

test("letters can be switched off, the others stay", () => {
  expect(pressed("n", "", { letters: false })).toBeNull();
  expect(pressed("?", "", { letters: false })).toBeNull();
  expect(pressed("ArrowRight", "", { letters: false })).toBe("forward");
  expect(pressed(" ", "", { letters: false })).toBe("toggle");
});
