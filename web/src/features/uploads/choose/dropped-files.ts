/** The files of a drop, including those in folders, and how many were left out. A chunk of its own. */
import { takeFolderCovers, type FiledFile } from "./folder-covers";
import { isHidden, isLeftBySystem } from "./hidden-files";
import { announce } from "../../../lib/announce";
import { words } from "../../../lib/words";
import { splitHidden } from "./chosen-files";
import { countOf, NOTHING_LEFT_OUT, sumOf, type LeftOut, type OnFiles } from "./left-out";

interface Dropped {
  files: File[];
  leftOut: LeftOut;
}

/** With the folder of each file, as far as there is one. */
interface Filed {
  filed: FiledFile[];
  leftOut: LeftOut;
}

/** Hand on what was dropped, or say that it is nothing. `files`: the same, where the browser names no entries. */
export async function takeDropped(entries: readonly FileSystemEntry[], files: readonly File[], take: OnFiles): Promise<void> {
  const dropped = await droppedFiles(entries, files);
  if (dropped.files.length + countOf(dropped.leftOut) === 0) announce(words.add.nothingThere, { shown: true });
  else take(dropped.files, dropped.leftOut);
}

async function droppedFiles(entries: readonly FileSystemEntry[], files: readonly File[]): Promise<Dropped> {
  if (entries.length > 0) {
    const { filed, leftOut } = await filesOf(entries, isLeftBySystem, "");
    return { files: takeFolderCovers(filed), leftOut };
  }
  const { meant, leftOut } = splitHidden(files);
  return { files: meant, leftOut };
}

async function filesOf(entries: readonly FileSystemEntry[], isLeftOut: (name: string) => boolean, folder: string): Promise<Filed> {
  const all: Filed = { filed: [], leftOut: NOTHING_LEFT_OUT };
  for (const entry of entries) {
    const dropped = isLeftOut(entry.name) ? HIDDEN : await filesBelow(entry, folder).catch(() => UNREADABLE);
    all.filed.push(...dropped.filed);
    all.leftOut = sumOf(all.leftOut, dropped.leftOut);
  }
  return all;
}

const HIDDEN: Filed = { filed: [], leftOut: { hidden: 1, unreadable: 0 } };
const UNREADABLE: Filed = { filed: [], leftOut: { hidden: 0, unreadable: 1 } };

/** Rejects if the entry cannot be read. */
async function filesBelow(entry: FileSystemEntry, folder: string): Promise<Filed> {
  if (isFolder(entry)) return filesOf(await entriesOf(entry), isHidden, `${folder}/${entry.name}`);
  return isFile(entry) ? { filed: [{ file: await fileOf(entry), folder }], leftOut: NOTHING_LEFT_OUT } : UNREADABLE;
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
