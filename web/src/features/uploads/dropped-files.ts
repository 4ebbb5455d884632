/** The files of a drop, those in folders too. What cannot be read is left out. */
import { isMeant } from "./use-file-chooser";

export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  // At once: when the event is over, the items are gone.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...files];
  return filesBelow(entries);
}

async function filesBelow(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const found: File[] = [];
  for (const entry of entries.filter(({ name }) => isMeant(name))) {
    if (isFolder(entry)) found.push(...(await filesBelow(await entriesOf(entry))));
    else if (isFile(entry)) found.push(...(await fileOf(entry)));
  }
  return found;
}

/** A reader gives a hundred at a time, and none when it is through. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return found;
    found.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File[]> {
  return new Promise((resolve) => entry.file((file) => resolve([file]), () => resolve([])));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
