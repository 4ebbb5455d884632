/** Keep a song on this device or remove it, and say so. */
import { announce } from "../../lib/announce";
import { ApiError } from "../../lib/api-error";
import { formatBytes } from "../../lib/bytes";
import { inWords } from "../../lib/problem-words";
import { titleOf } from "../../lib/title-of";
import type { FileRecord } from "../../lib/types";
import { playAddress } from "../player/api";
import { storePage } from "../player/sound/media-worker-client";
import { keepSong, removeDeviceSong } from "./device-songs";
import { deviceWords, loadDeviceWords } from "./device-words";

export async function keepOnDevice(file: FileRecord): Promise<void> {
  await loadDeviceWords();
  const { keeping, stored, failed } = deviceWords();
  const title = titleOf(file);
  announce(keeping(title), { shown: true });
  try {
    // Asked for by a person: the browser then removes nothing when it runs short of room.
    void navigator.storage?.persist?.().catch(() => undefined);
    // The song is of no use without the page that plays it.
    void storePage();
    const { url } = await playAddress(file.file_id);
    const size_bytes = await keepSong(file, url);
    announce(stored(title, formatBytes(size_bytes)), { shown: true });
  } catch (error) {
    announce(failed(title, error instanceof ApiError ? inWords(error).detail : deviceWords().noRoom), { shown: true });
  }
}

export async function removeFromDevice(file: Pick<FileRecord, "file_id" | "title" | "filename">): Promise<void> {
  await loadDeviceWords();
  await removeDeviceSong(file.file_id);
  announce(deviceWords().removed(titleOf(file)), { shown: true });
}
