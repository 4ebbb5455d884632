/** Whether the last visit in this browser left something in the player. */

export const QUEUE_KEY = "moodrop.player.queue";
export const SECOND_KEY = "moodrop.player.second";

export function hadPlayer(): boolean {
  try {
    return localStorage.getItem(QUEUE_KEY) !== null;
  } catch {
    return false;
  }
}
