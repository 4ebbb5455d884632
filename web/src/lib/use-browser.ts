/** What React has to ask the browser: network, width, the time. */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

function subscribeToNetwork(listener: () => void): () => void {
  globalThis.addEventListener("online", listener);
  globalThis.addEventListener("offline", listener);
  return () => {
    globalThis.removeEventListener("online", listener);
    globalThis.removeEventListener("offline", listener);
  };
}

export function useOnline(): boolean {
  return useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
}

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = globalThis.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => globalThis.matchMedia(query).matches);
}

/** True where one column is all there is room for. Kept in step with the CSS. */
export function useIsPhone(): boolean {
  return useMediaQuery("(max-width: 640px)");
}

/** True where a finger points, as on a phone: there a camera and a microphone are at hand. */
export function useIsTouched(): boolean {
  return useMediaQuery("(pointer: coarse)");
}

/** The time, renewed every `everyMs`: enough for "3 minutes ago". */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
