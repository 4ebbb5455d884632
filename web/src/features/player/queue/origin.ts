/** What led to a file in the queue. */
import type { Json, paths } from "@moodrop/uploads/client";
import type { MoodFilter } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";

type Reports = Json<NonNullable<paths["/v1/listens"]["post"]["requestBody"]>>["listens"];

/** Why the service recommends a file. Codes are never renamed, but there may be more of them. */
export type Why = Json<paths["/v1/radio"]["post"]["responses"][200]>["recommendations"][number]["why"] & {
  /** What the file is called that the reason names; null if it names none, or none that can be read. */
  title: string | null;
};

export interface Origin {
  source: NonNullable<Reports[number]["source"]>;
  /** The mood that was asked for. */
  mood: MoodFilter;
  /** If it was recommended. */
  why?: Why;
  /**
   * Tells the radio that the listener does not want this file, and which ones left the queue with it, to be chosen anew.
   * Only files that a radio brought have it, those of one radio the same.
   */
  refuse?: (file_id: string, leaving: readonly FileRecord[]) => void;
}

export type OriginOf = (file_id: string) => Origin;

export const fromLibrary: OriginOf = () => ({ source: "library", mood: null });
