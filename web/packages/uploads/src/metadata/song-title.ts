/** Guesses a song's title and artist from the name of its file. People can edit both. */
import { oneLine } from "./one-line.js";

export interface GuessedSong {
  title: string;
  artist: string;
}

/**
 * "03 - Nina Simone - Feeling_Good.mp3" is "Feeling Good" by "Nina Simone".
 * Only " - " with plain spaces separates artist and title; anything else stays in the title.
 */
export function guessSong(filename: string): GuessedSong {
  const stem = filename.replace(/\.[^.\s]{1,5}$/, "").replaceAll(/[_\p{Cc}]/gu, " ").trim();
  const parts = stem.split(" - ").map((part) => part.trim());
  if (parts.length > 1 && /^\d{1,3}\.?$/.test(parts[0] ?? "")) parts.shift();
  const [first = "", ...rest] = parts;
  if (rest.length === 0 || parts.includes("")) return { title: oneLine(parts.join(" - ")) || oneLine(filename), artist: "" };
  return { title: oneLine(rest.join(" - ")), artist: oneLine(first) };
}
