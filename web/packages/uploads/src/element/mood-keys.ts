/** Choose one mood: native radio buttons, which are also fields to drop files on. */
import { make, setAttributes } from "./dom.js";
import type { UploaderTexts } from "./texts.js";

export interface MoodKeys {
  element: HTMLFieldSetElement;
  update(moods: readonly string[], chosen: string, texts: UploaderTexts): void;
  /** Mark the mood that files hover over. */
  hover(mood: string | null): void;
}

/** Moods with colours of their own. */
const HUES: ReadonlySet<string> = new Set(["happy", "sad", "neutral"]);

export function createMoodKeys(onChange: (mood: string) => void): MoodKeys {
  const legend = make("legend");
  const keys = make("div", { class: "mood-keys" });
  const element = make("fieldset", { class: "moods", part: "moods" }, legend, keys);
  let drawn = "";

  function draw(moods: readonly string[], texts: UploaderTexts): void {
    keys.replaceChildren(...moods.map((mood) => keyOf(mood, texts.moodName(mood), onChange)));
  }

  return {
    element,
    update(moods, chosen, texts) {
      legend.textContent = texts.words.moods.label;
      const names = moods.map((mood) => `${mood} ${texts.moodName(mood)}`).join();
      if (names !== drawn) draw(moods, texts);
      drawn = names;
      for (const input of keys.querySelectorAll("input")) input.checked = input.value === chosen;
      element.hidden = moods.length < 2;
    },
    hover(mood) {
      for (const key of keys.querySelectorAll<HTMLElement>("[data-mood]")) setAttributes(key, { "data-over": key.dataset["mood"] === mood });
    },
  };
}

function keyOf(mood: string, name: string, onChange: (mood: string) => void): HTMLElement {
  const input = make("input", { type: "radio", name: "mood", value: mood });
  input.addEventListener("change", () => onChange(mood));
  const hue = HUES.has(mood) ? mood : "other";
  return make("label", { class: "mood-key", part: "mood", "data-mood": mood, "data-hue": hue }, input, make("span", { class: "dot" }), name);
}

/** The mood whose field an event happened over; null: none. */
export function moodAt(event: Event): string | null {
  for (const target of event.composedPath()) {
    if (target instanceof HTMLElement && target.dataset["mood"] !== undefined) return target.dataset["mood"];
  }
  return null;
}
