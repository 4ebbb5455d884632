/** The files of a drop, also those in folders, and of a paste. */

/** Left by systems in every folder; nobody means to upload them. */
const LEFT_BY_SYSTEMS: ReadonlySet<string> = new Set(["thumbs.db", "desktop.ini", "__macosx"]);

export function carriesFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes("Files") ?? false;
}

/** Files that cannot be read are left out. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  // At once: the items are gone when the event is over.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...files];
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (isFolder(entry)) {
    const entries = await entriesOf(entry).catch(() => []);
    return (await Promise.all(entries.filter(({ name }) => !isHidden(name)).map(filesOf))).flat();
  }
  return isFile(entry) ? fileOf(entry).then((file) => [file], () => []) : [];
}

function isHidden(name: string): boolean {
  return /^\.(?!\.)\S*$/.test(name) || LEFT_BY_SYSTEMS.has(name.toLowerCase());
}

/** A reader gives a hundred at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
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
