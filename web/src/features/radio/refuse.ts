/** "Not this", of a radio. */
import { announce } from "../../lib/announce";
import { titleOf } from "../../lib/title-of";
import { currentOf, forget, remove, upcoming, type Entry, type Queue } from "../player/queue/queue";
import type { Player } from "../player/use-player";
import { radioWords } from "./radio-words";

/** Take the file out of the queue, and what the radio chose before it knew, and tell it. If it plays, the next one begins. */
export function refuse({ state, queue, ended }: Player, refused: Entry): void {
  const { file, origin } = refused;
  const { file_id } = file;
  const leaving = state === null ? [] : chosenBefore(state.queue, refused);
  origin.refuse?.(file_id, leaving.map((entry) => entry.file));
  announce(radioWords().refused(titleOf(file)));
  const plays = state !== null && currentOf(state.queue)?.file.file_id === file_id;
  const isLast = state !== null && upcoming(state.queue).every((entry) => entry.file.file_id === file_id);
  if (plays && isLast) ended();
  else queue.change((now) => forget(leaving.reduce((rest, { key }) => remove(rest, key), now), file_id) ?? now);
}

/** All that this radio has yet to play but one, which plays until it has chosen anew: of another artist, if it can be. */
function chosenBefore(queue: Queue, { file, origin }: Entry): readonly Entry[] {
  const coming = upcoming(queue).filter((entry) => entry.origin.refuse === origin.refuse && entry.file.file_id !== file.file_id);
  const stays = coming.find((entry) => !file.artist || entry.file.artist !== file.artist) ?? coming[0];
  return coming.filter((entry) => entry !== stays);
}
