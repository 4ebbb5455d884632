/** Save many files, and copy links to many. */
import { announce } from "../../../lib/announce";
import { ApiError, asApiError } from "../../../lib/api-error";
import { copyText } from "../../../lib/clipboard";
import { durationInWords } from "../../../lib/format";
import { inWords } from "../../../lib/problem-words";
import type { FileRecord } from "../../../lib/types";
import { words } from "../../../lib/words";
import { downloadAddresses, stableAddress } from "../api";
import { saveAs, SHARED_FOR_S } from "./file-actions";

/** Browsers drop downloads that start all at once. */
const STAGGER_MS = 600;
/** Long enough for the last download in the row. */
const LINE_S = 3600;
/** The service's limit for one call. */
const MAX_AT_ONCE = 1000;

/** Download the files one after the other, each under its own name. */
export async function downloadAll(files: readonly FileRecord[]): Promise<void> {
  announce(words.select.downloading(files.length), { shown: true });
  try {
    for (const { url, filename } of await addressesOf(files, "attachment", LINE_S)) {
      saveAs(url, filename);
      await new Promise((resolve) => setTimeout(resolve, STAGGER_MS));
    }
  } catch (error) {
    announce(inWords(asApiError(error)).detail, { shown: true });
  }
}

/** Copy the links, one a line. `openToAll`: stable addresses work for everybody here. */
export async function copyLinks(files: readonly FileRecord[], openToAll: boolean): Promise<void> {
  try {
    const links = openToAll
      ? files.map((file) => stableAddress(file.file_id))
      : (await addressesOf(files, "inline", SHARED_FOR_S)).map(({ url }) => url);
    await copyText(links.join("\n"));
    const { copied, copiedFor } = words.select;
    const message = openToAll ? copied(links.length) : copiedFor(links.length, durationInWords(SHARED_FOR_S * 1000));
    announce(message, { shown: true });
  } catch (error) {
    announce(error instanceof ApiError ? inWords(error).detail : words.files.copyFailed, { shown: true });
  }
}

async function addressesOf(files: readonly FileRecord[], disposition: "attachment" | "inline", expires_in: number) {
  const ids = files.map((file) => file.file_id);
  const addresses: { url: string; filename: string }[] = [];
  for (let from = 0; from < ids.length; from += MAX_AT_ONCE) {
    for (const { url, filename } of await downloadAddresses(ids.slice(from, from + MAX_AT_ONCE), disposition, expires_in)) {
      if (url) addresses.push({ url, filename: filename ?? "" });
    }
  }
  return addresses;
}
