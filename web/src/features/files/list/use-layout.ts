/** Whether the files are shown as covers; this browser remembers it. */
import { useState } from "react";
import { readStored, store } from "../../../lib/stored";

const KEY = "moodrop.layout";

export function useLayout(): readonly [boolean, (covers: boolean) => void] {
  const [covers, setCovers] = useState(() => readStored(KEY) === "covers");
  const choose = (next: boolean) => {
    store(KEY, next ? "covers" : null);
    setCovers(next);
  };
  return [covers, choose];
}
