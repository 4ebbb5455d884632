/** One row of the element's list: a draft, or an upload with its progress and its buttons. */
import { isMoving, percent, type Draft, type Upload } from "../queue/upload-progress.js";
import { iconButton, icon, make, setAttributes, setText } from "./dom.js";
import type { UploaderTexts } from "./texts.js";

export interface RowActions {
  pause: (local_id: string) => void;
  resume: (local_id: string) => void;
  remove: (local_id: string) => void;
}

export interface UploadRow {
  element: HTMLLIElement;
  update(file: Draft | Upload, texts: UploaderTexts): void;
}

/** Its elements stay the same while it moves, so that the focus stays where it is. */
export function createRow(local_id: string, actions: RowActions): UploadRow {
  const name = make("p", { class: "name", part: "name" });
  const bar = make("progress", { max: 100, part: "progress" });
  const note = make("p", { class: "note", part: "note" });
  const tick = make("span", { class: "tick", part: "tick" }, icon("check"));
  const retry = make("button", { type: "button", class: "button small", part: "button retry" });
  retry.addEventListener("click", () => actions.resume(local_id));
  let paused = false;
  const toggle = iconButton("pause", () => (paused ? actions.resume : actions.pause)(local_id));
  const remove = iconButton("remove", () => actions.remove(local_id));
  const head = make("div", { class: "head" }, name, toggle.button, remove.button, tick);
  const element = make("li", { class: "row", part: "row", "data-id": local_id }, head, bar, note, retry);

  function updateDraft({ size_bytes }: Draft, { words, size }: UploaderTexts, title: string): void {
    remove.show("close", words.add.remove(title));
    setText(note, size(size_bytes));
    hide([bar, toggle.button, tick, retry]);
    show([remove.button]);
  }

  function updateUpload(upload: Upload, texts: UploaderTexts, title: string): void {
    const { words } = texts;
    const { progress } = upload;
    const moving = isMoving(progress);
    const failed = progress.status === "failed";
    paused = progress.status === "paused" || progress.status === "pausing";
    toggle.show(paused ? "play" : "pause", paused ? words.uploads.resume(title) : words.uploads.pause(title));
    remove.show("close", moving ? words.uploads.cancel(title) : words.uploads.dismiss(title));
    setAttributes(bar, { "aria-label": title, value: percent(upload) });
    bar.value = percent(upload);
    setText(note, failed ? sentence(texts.failure(progress.error)) : texts.note(upload));
    setText(retry, words.uploads.retryShort);
    setAttributes(retry, { "aria-label": words.uploads.retry(title) });
    toggle.button.hidden = !moving;
    remove.button.hidden = progress.status === "done";
    tick.hidden = progress.status !== "done";
    retry.hidden = !failed && !(progress.status === "waiting" && progress.cause);
    bar.hidden = failed;
  }

  return {
    element,
    update(file, texts) {
      const title = file.meta.title || file.filename;
      setText(name, title);
      setAttributes(element, { "data-status": "progress" in file ? file.progress.status : "draft" });
      if ("progress" in file) updateUpload(file, texts, title);
      else updateDraft(file, texts, title);
    },
  };
}

function sentence({ detail, hint }: { detail: string; hint: string }): string {
  return `${detail} ${hint}`.trim();
}

function hide(elements: readonly HTMLElement[]): void {
  for (const element of elements) element.hidden = true;
}

function show(elements: readonly HTMLElement[]): void {
  for (const element of elements) element.hidden = false;
}
