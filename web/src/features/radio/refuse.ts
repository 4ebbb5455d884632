/** "Not this", of a radio. */
import { announce } from "../../lib/announce";
import { currentOf, forget, upcoming, type Entry } from "../player/queue/queue";
import { titleOf } from "../player/title";
import type { Player } from "../player/use-player";
import { radioWords } from "./radio-words";

/** Take the file out of the queue, and tell the radio. If it plays, the next one begins. */
export function refuse({ state, queue, ended }: Player, { file, origin }: Entry): void {
  const { file_id } = file;
  origin.refuse?.(file_id);
  announce(radioWords().refused(titleOf(file)));
  const plays = state !== null && currentOf(state.queue)?.file.file_id === file_id;
  const isLast = state !== null && upcoming(state.queue).every((entry) => entry.file.file_id === file_id);
  if (plays && isLast) ended();
  else queue.change((now) => forget(now, file_id) ?? now);
}
