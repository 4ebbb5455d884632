/** What the buttons of a row do outside the list. A chunk of its own. */
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { copyText } from "../../../lib/clipboard";
import { durationInWords } from "../../../lib/format";
import { inWords } from "../../../lib/problem-words";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { downloadAddress, stableAddress } from "../api";
import { canSend } from "./can-send";

export async function save(file: FileRecord): Promise<void> {
  const { url } = await downloadAddress(file.file_id, "attachment");
  saveAs(url, file.filename);
}

export function saveAs(url: string, filename: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
}

/** Show the file in a tab that is already open; null: the browser opened none. The tab closes if there is no address. */
export async function showIn(tab: Window | null, file: FileRecord): Promise<void> {
  try {
    const { url } = await downloadAddress(file.file_id, "inline");
    if (tab) {
      tab.opener = null;
      tab.location.replace(url);
    }
  } catch (error) {
    tab?.close();
    throw error;
  }
}

/** A day: long enough for the receiver to open it, short enough not to linger. */
export const SHARED_FOR_S = 86_400;

/** With accounts the stable address needs a token; a signed one works without until it expires. */
async function linkTo({ file_id }: FileRecord, openToAll: boolean) {
  if (openToAll) return { url: stableAddress(file_id), copied: words.files.copied };
  const { url, expires_at, server_time } = await downloadAddress(file_id, "inline", SHARED_FOR_S);
  const life = Date.parse(expires_at) - Date.parse(server_time);
  return { url, copied: words.files.copiedFor(durationInWords(life)) };
}

/** By the system's own sheet where there is one, else by the clipboard. */
export async function share(file: FileRecord, openToAll: boolean): Promise<void> {
  await (canSend() ? send(file, openToAll) : copyLink(file, openToAll));
}

/** A person who closes the system's sheet has changed their mind: say nothing. */
export async function send(file: FileRecord, openToAll: boolean): Promise<void> {
  const { url } = await linkTo(file, openToAll);
  await navigator.share({ title: titleOf(file), url }).catch(() => undefined);
}

export async function copyLink(file: FileRecord, openToAll: boolean): Promise<void> {
  const { url, copied } = await linkTo(file, openToAll);
  try {
    await copyText(url);
    announce(copied, { shown: true });
  } catch {
    announce(words.files.copyFailed, { shown: true });
  }
}

/** Say why an action failed. Never rejects. */
export async function reportFailure(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch (error) {
    const { detail, hint } = inWords(asApiError(error));
    announce(`${detail} ${hint}`.trim(), { shown: true });
  }
}
