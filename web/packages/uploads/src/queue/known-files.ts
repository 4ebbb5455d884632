/** Finds chosen files that the library already has: by size first, then by checksum. */
import { checksum } from "../transfer/checksum.js";
import type { FileRecord } from "../api/types.js";
import type { Draft } from "./upload-progress.js";

export interface KnownFilesPorts {
  /** List the library's files of one of these sizes. */
  listOfSizes(sizes: readonly number[], signal: AbortSignal): Promise<FileRecord[]>;
}

/** Sizes that the service accepts in one call. */
const MAX_SIZES = 100;

/** Calls `onKnown` for each known draft. Rejects if the service cannot be asked, and when cancelled. */
export async function findKnown(
  drafts: readonly Draft[],
  ports: KnownFilesPorts,
  onKnown: (draft: Draft, file: FileRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  const sizes = [...new Set(drafts.map(({ size_bytes }) => size_bytes))];
  for (let start = 0; start < sizes.length; start += MAX_SIZES) {
    const asked = sizes.slice(start, start + MAX_SIZES);
    const files = await ports.listOfSizes(asked, signal);
    // Only drafts with a known size are read, one after another, because uploads need the disk too.
    for (const draft of drafts) {
      const alike = files.filter(({ size_bytes }) => size_bytes === draft.size_bytes);
      const file = await sameAs(draft, alike, signal);
      if (file) onKnown(draft, file);
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

/** Used if the file has another digest or none: compares name, size and time. */
function looksLike({ file, filename }: Draft, known: FileRecord): boolean {
  const changed = file instanceof File ? file.lastModified : Infinity;
  return filename.normalize() === known.filename && changed <= Date.parse(known.created_at);
}
