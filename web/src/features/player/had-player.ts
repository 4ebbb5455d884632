/** Whether the last visit in this browser left something in the player. */
import { readStored } from "../../lib/stored";

export const QUEUE_KEY = "moodrop.player.queue";
export const SECOND_KEY = "moodrop.player.second";

export function hadPlayer(): boolean {
  return readStored(QUEUE_KEY) !== null;
}
