/** Recognizes a file after a reload, in another tab, on another device. */
import { fingerprintName } from "./file-names.js";

/** name|size|last_modified_ms. A changed file has another fingerprint, so versions are never mixed. */
export function fingerprintOf(file: Pick<File, "name" | "size" | "lastModified">): string {
  return `${fingerprintName(file.name)}|${file.size}|${file.lastModified}`;
}
