/** Tells a quick stroke up or down of one finger from a tap, a sideways stroke and two fingers. */
import type { TouchEvent } from "react";

export type Swipe = "up" | "down";

interface Point {
  x: number;
  y: number;
}

/** Less than this is a tap that slipped. */
const SHORTEST_PX = 48;

export function swipeOf(from: Point, to: Point): Swipe | null {
  const [across, down] = [to.x - from.x, to.y - from.y];
  if (Math.abs(down) < SHORTEST_PX || Math.abs(down) < 2 * Math.abs(across)) return null;
  return down > 0 ? "down" : "up";
}

/** What has a use of its own for the finger. */
const OF_ITS_OWN = "input, select, .queue";

export interface SwipeHandlers {
  onTouchStart: (event: TouchEvent<HTMLElement>) => void;
  onTouchEnd: (event: TouchEvent<HTMLElement>) => void;
}

/** Return handlers that call `act` for a swipe in `direction`. Where the element is scrolled, a swipe scrolls it back instead. */
export function swipes(direction: Swipe, act: () => void): SwipeHandlers {
  let from: Point | null = null;
  return {
    onTouchStart({ touches, target, currentTarget }) {
      const finger = touches[0];
      const isFree = target instanceof Element && !target.closest(OF_ITS_OWN) && currentTarget.scrollTop <= 0;
      from = finger && touches.length === 1 && isFree ? { x: finger.clientX, y: finger.clientY } : null;
    },
    onTouchEnd({ changedTouches }) {
      const finger = changedTouches[0];
      if (from && finger && swipeOf(from, { x: finger.clientX, y: finger.clientY }) === direction) act();
      from = null;
    },
  };
}
