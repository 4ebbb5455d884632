/** React hooks for what the browser knows: network, width, the time. */
import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";

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

/** True where there is room for one column only. Keep in step with the CSS. */
export function useIsPhone(): boolean {
  return useMediaQuery("(max-width: 640px)");
}

/** True where the lower edge has room for one row only: on a phone, and on one that lies on its side. Keep in step with the CSS. */
export function useIsLow(): boolean {
  return useMediaQuery("(max-width: 640px), (max-height: 500px)");
}

/** True where there is room for a column beside the library. Keep in step with the CSS. */
export function useIsWide(): boolean {
  return useMediaQuery("(min-width: 1500px)");
}

/** True on a touch screen, which usually comes with a camera and a microphone. */
export function useIsTouched(): boolean {
  return useMediaQuery("(pointer: coarse)");
}

/** Ask before the page is left, reloaded or closed while something would be lost. */
export function useLeaveWarning(needed: boolean): void {
  useEffect(() => {
    if (!needed) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    globalThis.addEventListener("beforeunload", ask);
    return () => globalThis.removeEventListener("beforeunload", ask);
  }, [needed]);
}

/** Run `action` once `begun` has been true for `ms` milliseconds. */
export function useAfter(ms: number, begun: boolean, action: () => void): void {
  const act = useEffectEvent(action);
  useEffect(() => {
    if (!begun) return undefined;
    const timer = setTimeout(() => act(), ms);
    return () => clearTimeout(timer);
  }, [ms, begun]);
}

/** A finger at rest moves less than this. */
const SCROLLED_PX = 8;

/** True from a scroll down until the next scroll up. */
export function useScrolledDown(): boolean {
  const [down, setDown] = useState(false);
  useEffect(() => {
    let before = globalThis.scrollY;
    const check = () => {
      const moved = globalThis.scrollY - before;
      if (Math.abs(moved) < SCROLLED_PX && globalThis.scrollY > 0) return;
      before = globalThis.scrollY;
      setDown(moved > 0 && before > 0);
    };
    globalThis.addEventListener("scroll", check, { passive: true });
    return () => globalThis.removeEventListener("scroll", check);
  }, []);
  return down;
}

/** Return the time, renewed every `everyMs`: enough for "3 minutes ago". */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
