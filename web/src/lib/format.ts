/** Times as people read them. */
import { locale, words } from "./words";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Return a length in words, coarse on purpose: "about 2 minutes". */
export function durationInWords(ms: number): string {
  if (ms < 8 * SECOND) return words.time.fewSeconds;
  if (ms < 50 * SECOND) return words.time.seconds(Math.ceil(ms / SECOND / 10) * 10);
  if (ms < 90 * SECOND) return words.time.minute;
  if (ms < 50 * MINUTE) return words.time.minutes(Math.round(ms / MINUTE));
  if (ms < 90 * MINUTE) return words.time.hour;
  if (ms < 22 * HOUR) return words.time.hours(Math.round(ms / HOUR));
  if (ms < 36 * HOUR) return words.time.day;
  return words.time.days(Math.round(ms / DAY));
}

/** "3 minutes ago". A time in the future (clocks differ) is "just now". */
export function ago(iso: string, now: Date): string {
  const ms = now.getTime() - Date.parse(iso);
  if (ms < MINUTE) return words.time.justNow;
  if (ms < HOUR) return locale.relative(-Math.floor(ms / MINUTE), "minute");
  if (ms < DAY) return locale.relative(-Math.floor(ms / HOUR), "hour");
  if (ms < 7 * DAY) return locale.relative(-Math.floor(ms / DAY), "day");
  if (ms < 30 * DAY) return locale.relative(-Math.floor(ms / (7 * DAY)), "week");
  if (ms < 365 * DAY) return locale.relative(-Math.floor(ms / (30 * DAY)), "month");
  return locale.relative(-Math.floor(ms / (365 * DAY)), "year");
}

export function exactTime(iso: string): string {
  return locale.exact(new Date(iso));
}

/** Seconds as a player shows them: 3:07, or 1:02:03. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}
