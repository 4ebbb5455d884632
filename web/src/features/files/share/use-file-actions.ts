/** Actions of a row's buttons outside the list: save, open, copy a link. */
import { useMemo } from "react";
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { copyText } from "../../../lib/clipboard";
import { durationInWords } from "../../../lib/format";
import { inWords } from "../../../lib/problem-words";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { canSend } from "./can-send";
import { titleOf } from "../file-kind";
import { downloadAddress, stableAddress } from "../api";

export interface FileActions {
  download: (file: FileRecord) => void;
  open: (file: FileRecord) => void;
  copyLink: (file: FileRecord) => void;
  /** Hand a link to another app, by the system's own sheet. */
  send: (file: FileRecord) => void;
  /** Whichever of the two this device has. */
  share: (file: FileRecord) => void;
}

/** `openToAll`: the service needs no token, so the stable address works as a link. */
export function useFileActions(openToAll: boolean): FileActions {
  return useMemo(
    () => ({
      download: (file) => void reportFailure(save(file)),
      open: (file) => void reportFailure(openInTab(file)),
      copyLink: (file) => void reportFailure(copyLink(file, openToAll)),
      send: (file) => void reportFailure(send(file, openToAll)),
      share: (file) => void reportFailure(canSend() ? send(file, openToAll) : copyLink(file, openToAll)),
    }),
    [openToAll],
  );
}

async function save(file: FileRecord): Promise<void> {
  const { url } = await downloadAddress(file.file_id, "attachment");
  saveAs(url, file.filename);
}

export function saveAs(url: string, filename: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
}

/** Open the tab before the wait: after it, the browser would block it as a pop-up. */
async function openInTab(file: FileRecord): Promise<void> {
  const tab = globalThis.open("about:blank", "_blank");
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

/** A person who closes the system's sheet has changed their mind: say nothing. */
async function send(file: FileRecord, openToAll: boolean): Promise<void> {
  const { url } = await linkTo(file, openToAll);
  await navigator.share({ title: titleOf(file), url }).catch(() => undefined);
}

async function copyLink(file: FileRecord, openToAll: boolean): Promise<void> {
  const { url, copied } = await linkTo(file, openToAll);
  try {
    await copyText(url);
    announce(copied, { shown: true });
  } catch {
    announce(words.files.copyFailed, { shown: true });
  }
}

async function reportFailure(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch (error) {
    const { detail, hint } = inWords(asApiError(error));
    announce(`${detail} ${hint}`.trim(), { shown: true });
  }
}
