/** Which chosen files the library has already: asked by their sizes, then compared by their bytes. */
import { checksum } from "../transfer/checksum.js";
import type { FileRecord } from "../api/types.js";
import type { Draft } from "./upload-progress.js";

export interface KnownFilesPorts {
  /** The library's files of one of these sizes. */
  listOfSizes(sizes: readonly number[], signal: AbortSignal): Promise<FileRecord[]>;
}

/** As many sizes as the service takes in one call. */
const MAX_SIZES = 100;

/** Tells of each draft that is there, as it is found. Rejects where the service cannot be asked, and when cancelled. */
export async function findKnown(
  drafts: readonly Draft[],
  ports: KnownFilesPorts,
  onFound: (draft: Draft, file: FileRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const sizes = [...new Set(drafts.map(({ size_bytes }) => size_bytes))];
  for (let start = 0; start < sizes.length; start += MAX_SIZES) {
    const asked = sizes.slice(start, start + MAX_SIZES);
    const files = await ports.listOfSizes(asked, signal);
    // Only drafts of a size that is there are read, one after another: an upload may want the disk.
    for (const draft of drafts) {
      const alike = files.filter(({ size_bytes }) => size_bytes === draft.size_bytes);
      const file = await sameAs(draft, alike, signal);
      if (file) onFound(draft, file);
    }
  }
}

async function sameAs(draft: Draft, files: readonly FileRecord[], signal: AbortSignal): Promise<FileRecord | undefined> {
  const comparable = files.some((file) => file.checksum?.algorithm === "crc32c");
  const digest = comparable ? await checksum(draft.file, signal) : null;
  return files.find((file) =>
    file.checksum?.algorithm === "crc32c" ? file.checksum.value_base64 === digest : looksLike(draft, file),
  );
}

/** Another digest, or none, was declared for it: then name, size and time have to do. */
function looksLike({ file, filename }: Draft, known: FileRecord): boolean {
  const changed = file instanceof File ? file.lastModified : Infinity;
  return filename.normalize() === known.filename && changed <= Date.parse(known.created_at);
}
