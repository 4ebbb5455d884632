/** Whether the full view is open. That is a step of the history, so the back key closes it. */
import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { announce } from "../../../lib/announce";
import { loadPart } from "../../../lib/stale";
import { createStore } from "../../../lib/store";
import { words } from "../../../lib/words";
import type { NowPlayingProps } from "./now-playing";

type Draw = (props: NowPlayingProps) => ReactNode;

/** Draws the view; null while it is closed. Not a lazy component: that would be empty when the transition begins. */
export const openView = createStore<Draw | null>(null);

let loaded: Draw | null = null;

async function load(): Promise<Draw> {
  loaded ??= (await import("./now-playing")).drawNowPlaying;
  return loaded;
}

/** Load it before it is needed. */
export function fetchView(): void {
  void load().catch(() => undefined);
}

export async function openNowPlaying(): Promise<void> {
  try {
    const view = await loadPart(load);
    if (openView.get()) return;
    history.pushState({ within: true, nowPlaying: true }, "");
    show(view);
  } catch {
    announce(words.parts.failed, { shown: true });
  }
}

export function closeNowPlaying(): void {
  if (isStep()) history.back();
  else show(null);
}

function isStep(): boolean {
  const state: unknown = history.state;
  return state instanceof Object && "nowPlaying" in state;
}

/** Follow the history until the returned function is called. */
export function followHistory(): () => void {
  // Of an earlier visit: a reload shows the bar.
  if (isStep() && !openView.get()) history.replaceState({ within: true }, "");
  const follow = () => {
    const next = isStep() ? loaded : null;
    if (next !== openView.get()) show(next);
  };
  globalThis.addEventListener("popstate", follow);
  return () => globalThis.removeEventListener("popstate", follow);
}

/** The cover grows from the bar, where the browser can do that and the person likes movement. */
function show(view: Draw | null): void {
  const draw = () => flushSync(() => openView.set(view));
  const isStill = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isStill || !("startViewTransition" in document)) draw();
  // Skipped in a hidden tab, or when the next one begins: the view is drawn all the same.
  else document.startViewTransition(draw).ready.catch(() => undefined);
}
