/** Plays a file from where somebody stopped: the player begins, and jumps there once it sounds. */
import { useEffect, useRef } from "react";
import type { Player } from "../player/use-player";
import type { Unfinished } from "./api";

export function useGoOn({ state, choose, seek }: Player): (one: Unfinished) => void {
  const goal = useRef<Unfinished | null>(null);
  const sounding = state?.status === "playing" ? state.file.file_id : null;

  useEffect(() => {
    if (sounding === null) return;
    if (goal.current?.file.file_id === sounding) seek(goal.current.position_seconds);
    goal.current = null;
  }, [sounding, seek]);

  return (one) => {
    if (sounding === one.file.file_id) return seek(one.position_seconds);
    goal.current = one;
    choose(one.file, [one.file]);
  };
}
