/** Names the files that reasons speak of: an answer has only their ids. */
import { titleOf } from "../../lib/title-of";
import type { FileRecord } from "../../lib/types";
import type { Why } from "../player/queue/origin";
import { readFile, type Recommended } from "./api";

export class Titles {
  readonly #known = new Map<string, string>();

  learn(files: readonly FileRecord[]): void {
    for (const file of files) this.#known.set(file.file_id, titleOf(file));
  }

  /** Without a name if it cannot be read: a reason is worth no failure. */
  async named(why: Recommended["why"]): Promise<Why> {
    const { file_id } = why;
    if (file_id === null) return { ...why, title: null };
    if (!this.#known.has(file_id)) await readFile(file_id).then((file) => this.learn([file]), () => undefined);
    return { ...why, title: this.#known.get(file_id) ?? null };
  }
}
