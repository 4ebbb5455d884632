/** The files of a drop, including those in folders, and how many were left out. */
import { isHidden, isLeftBySystem } from "./hidden-files";
import { splitHidden, NOTHING_LEFT_OUT, sumOf, type LeftOut } from "./left-out";

export interface Dropped {
  files: File[];
  leftOut: LeftOut;
}

export async function droppedFiles({ items, files }: DataTransfer): Promise<Dropped> {
  // At once: the items are gone when the event is over.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length > 0) return filesOf(entries, isLeftBySystem);
  const { meant, leftOut } = splitHidden([...files]);
  return { files: meant, leftOut };
}

async function filesOf(entries: readonly FileSystemEntry[], isLeftOut: (name: string) => boolean): Promise<Dropped> {
  const all: Dropped = { files: [], leftOut: NOTHING_LEFT_OUT };
  for (const entry of entries) {
    const dropped = isLeftOut(entry.name) ? HIDDEN : await filesBelow(entry).catch(() => UNREADABLE);
    all.files.push(...dropped.files);
    all.leftOut = sumOf(all.leftOut, dropped.leftOut);
  }
  return all;
}

const HIDDEN: Dropped = { files: [], leftOut: { hidden: 1, unreadable: 0 } };
const UNREADABLE: Dropped = { files: [], leftOut: { hidden: 0, unreadable: 1 } };

/** Rejects if the entry cannot be read. */
async function filesBelow(entry: FileSystemEntry): Promise<Dropped> {
  if (isFolder(entry)) return filesOf(await entriesOf(entry), isHidden);
  return isFile(entry) ? { files: [await fileOf(entry)], leftOut: NOTHING_LEFT_OUT } : UNREADABLE;
}

/** Read all entries: a reader gives a hundred at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const dropped: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return dropped;
    dropped.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
