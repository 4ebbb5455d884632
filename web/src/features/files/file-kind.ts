/** What can be done with a file of a type, and its icon. */
import type { FileRecord } from "../../lib/types";
import type { IconName } from "../../ui/icon";

export const FILE_KINDS = ["audio", "video", "picture", "page"] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export function kindOf({ content_type }: Pick<FileRecord, "content_type">): FileKind {
  if (content_type.startsWith("audio/")) return "audio";
  if (content_type.startsWith("video/")) return "video";
  return content_type.startsWith("image/") ? "picture" : "page";
}

/** Nobody gets the bytes of a file with a threat. */
export function isPlayable(file: Pick<FileRecord, "content_type" | "threat">): boolean {
  const kind = kindOf(file);
  return !file.threat && (kind === "audio" || kind === "video");
}

/** Null for audio, which has bars of its own. */
export function iconOf(kind: FileKind): IconName | null {
  const icons = { audio: null, video: "film", picture: "picture", page: "page" } as const;
  return icons[kind];
}
