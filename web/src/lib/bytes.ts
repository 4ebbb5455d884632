/** Sizes as people read them, in the chosen language. */
import { locale } from "./words";

export function formatBytes(bytes: number): string {
  return locale.bytes(bytes);
}

export function formatSpeed(bytesPerSecond: number): string {
  return locale.speed(bytesPerSecond);
}
