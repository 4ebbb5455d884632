/** What the element shows: where files come in, the moods, the drafts and the uploads. Draws a state, and knows no queue. */
import type { ApiError } from "../api/api-error.js";
import type { Restrictions } from "../queue/restrictions.js";
import { summarise } from "../queue/upload-progress.js";
import type { UploadsSnapshot } from "../queue/snapshot.js";
import { acceptAttribute } from "./accepted-types.js";
import { make, setAttributes, setText } from "./dom.js";
import type { Dictionary } from "./language.js";
import { createMoodKeys } from "./mood-keys.js";
import { createRowList } from "./row-list.js";
import { createTexts, type UploaderTexts } from "./texts.js";
import type { RowActions } from "./upload-row.js";

export interface UploaderState {
  dictionary: Dictionary;
  /** Null until the service has answered. */
  limits: Restrictions | null;
  moods: readonly string[];
  mood: string;
  multiple: boolean;
  /** Why the service did not answer. */
  failure: ApiError | null;
  snapshot: UploadsSnapshot;
}

export interface UploaderActions extends RowActions {
  add: (files: readonly File[]) => void;
  chooseMood: (mood: string) => void;
  start: () => void;
  reconnect: () => void;
}

export type UploaderView = ReturnType<typeof createView>;

/** A folder may hold a hundred refused files: the first few reasons are enough. */
const MAX_REASONS = 5;

export function createView(actions: UploaderActions) {
  const input = make("input", { type: "file", hidden: true });
  const choose = make("button", { type: "button", class: "button primary", part: "button choose" });
  const prompt = make("p", { class: "prompt", part: "prompt" });
  const limits = make("p", { class: "soft", part: "limits" });
  const moods = createMoodKeys(actions.chooseMood);
  const drop = make("div", { class: "drop", part: "drop" }, prompt, choose, limits, input);
  const trouble = make("p", { part: "trouble" });
  const again = make("button", { type: "button", class: "button small", part: "button again" });
  const failure = make("div", { class: "failure", role: "alert" }, trouble, again);
  const refused = make("div", { class: "failure", part: "refused", role: "alert" });
  const focusChoose = () => choose.focus();
  const drafts = createRowList("drafts", actions, focusChoose);
  const start = make("button", { type: "button", class: "button primary", part: "button start" });
  const summary = make("p", { class: "summary", part: "summary" });
  const uploads = createRowList("uploads", actions, focusChoose);
  const status = make("p", { class: "visually-hidden", role: "status" });
  const rest = [failure, moods.element, refused, drafts.element, start, summary, uploads.element, status];
  const section = make("section", { class: "uploader", part: "uploader" }, drop, ...rest);
  let isOver = false;

  choose.addEventListener("click", () => input.click());
  start.addEventListener("click", actions.start);
  again.addEventListener("click", actions.reconnect);
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = "";
    actions.add(files);
  });

  function updateEntrance({ limits: known, multiple, moods: offered }: UploaderState, texts: UploaderTexts): void {
    setText(prompt, isOver && offered.length > 1 ? texts.words.add.drop : texts.words.add.none);
    setText(choose, texts.words.add.choose);
    setText(limits, known ? texts.limits(known) : "");
    setAttributes(input, { multiple, accept: known ? acceptAttribute(known.allowed_content_types) : null, "aria-label": texts.words.add.choose });
  }

  function updateTroubles({ failure: why, limits: known, snapshot }: UploaderState, texts: UploaderTexts): void {
    const { detail = "", hint = "" } = why ? texts.failure(why) : {};
    setText(trouble, `${detail} ${hint}`.trim());
    setText(again, texts.words.files.again);
    failure.hidden = why === null;
    const reasons = known ? [...new Set(snapshot.refused.map((one) => texts.refusal(one, known)))] : [];
    const more = reasons.length > MAX_REASONS ? [texts.words.uploads.rest(reasons.length - MAX_REASONS)] : [];
    const lines = reasons.length > 0 ? [texts.words.add.refusedTitle(snapshot.refused.length), ...reasons.slice(0, MAX_REASONS), ...more] : [];
    if (refused.textContent !== lines.join("")) refused.replaceChildren(...lines.map((line) => make("p", {}, line)));
    refused.hidden = lines.length === 0;
  }

  function updateLists({ snapshot }: UploaderState, texts: UploaderTexts): void {
    drafts.update(snapshot.drafts, texts);
    const hadFocus = isFocused(start);
    setText(start, texts.words.add.upload(snapshot.drafts.length));
    start.hidden = snapshot.drafts.length === 0;
    if (hadFocus && start.hidden) focusChoose();
    uploads.update(snapshot.uploads, texts);
    summary.hidden = snapshot.uploads.length === 0;
    setText(summary, summary.hidden ? "" : texts.headline(summarise(snapshot.uploads)));
  }

  return {
    section,
    choose: () => input.click(),
    update(state: UploaderState): UploaderTexts {
      const texts = createTexts(state.dictionary);
      const { language, dir } = state.dictionary;
      setAttributes(section, { lang: language, dir, "aria-label": texts.words.add.button });
      updateEntrance(state, texts);
      updateTroubles(state, texts);
      moods.update(state.moods, state.mood, texts);
      updateLists(state, texts);
      return texts;
    },
    /** Show that files hover, over a mood or beside them all. */
    hover(over: boolean, mood: string | null): void {
      isOver = over;
      setAttributes(section, { "data-over": over });
      moods.hover(over ? mood : null);
    },
    announce: (text: string) => setText(status, text),
  };
}

function isFocused(element: HTMLElement): boolean {
  const root = element.getRootNode();
  return root instanceof ShadowRoot && root.activeElement === element;
}
