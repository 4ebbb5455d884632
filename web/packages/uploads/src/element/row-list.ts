/** A list of rows that follows a snapshot: keeps the rows that stay, adds and removes the others. */
import type { Draft, Upload } from "../queue/upload-progress.js";
import { make } from "./dom.js";
import type { UploaderTexts } from "./texts.js";
import { createRow, type RowActions, type UploadRow } from "./upload-row.js";

export interface RowList {
  element: HTMLUListElement;
  update(files: ReadonlyArray<Draft | Upload>, texts: UploaderTexts): void;
}

/** `onEmptied`: the row that had the focus is gone, and no other is left. */
export function createRowList(part: string, actions: RowActions, onEmptied: () => void): RowList {
  const element = make("ul", { class: "rows", part: `list ${part}`, role: "list" });
  const rows = new Map<string, UploadRow>();

  function add(local_id: string): UploadRow {
    const row = createRow(local_id, actions);
    rows.set(local_id, row);
    element.append(row.element);
    return row;
  }

  /** The focus of a removed row goes to the row in its place. */
  function removeRow(local_id: string, row: UploadRow): void {
    const root = element.getRootNode();
    const hadFocus = root instanceof ShadowRoot && row.element.contains(root.activeElement);
    const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
    row.element.remove();
    rows.delete(local_id);
    if (!hadFocus) return;
    const button = next?.querySelector<HTMLElement>("button:not([hidden])");
    if (button) button.focus();
    else onEmptied();
  }

  return {
    element,
    update(files, texts) {
      const listed = new Set(files.map(({ local_id }) => local_id));
      for (const [local_id, row] of rows) if (!listed.has(local_id)) removeRow(local_id, row);
      for (const file of files) (rows.get(file.local_id) ?? add(file.local_id)).update(file, texts);
      element.hidden = files.length === 0;
    },
  };
}
