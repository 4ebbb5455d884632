/** Keeps the listed files up to date while the service works on them and the tab is visible. Draws nothing. */
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import type { FileRecord } from "../../../lib/types";
import { atWork } from "./at-work";
import { followWork } from "./follow-work";

export interface MediaWorkProps {
  /** The files that may change. */
  files: readonly FileRecord[];
  onFile: (file: FileRecord) => void;
}

export default function MediaWork({ files, onFile }: MediaWorkProps): null {
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
  const key = files.map(({ file_id, media_state }) => `${file_id} ${media_state}`).join();
  // What the last answers left open: only other files are a reason to ask again.
  const [given, setGiven] = useState("");
  const current = useEffectEvent(() => files);
  const show = useEffectEvent(onFile);
  const giveUp = useEffectEvent(() => setGiven(key));
  const isNeeded = isVisible && key !== given;

  useEffect(() => {
    if (!isNeeded) return undefined;
    const stop = new AbortController();
    const options = { files: () => current(), onFile: (file: FileRecord) => show(file), onWorking: atWork.set, signal: stop.signal };
    followWork(options).then(
      () => giveUp(),
      () => undefined,
    );
    return () => stop.abort();
  }, [isNeeded]);

  return null;
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
