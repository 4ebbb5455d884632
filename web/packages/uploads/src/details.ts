/** What the service is told about a song, of what a person said about it. */
import type { SongDetails, SongMeta } from "./types.js";

export function detailsOf({ mood, title, artist, album, duration_seconds }: SongMeta): SongDetails {
  return { mood, title: said(title), artist: said(artist), album: said(album), duration_seconds };
}

function said(text: string): string | null {
  return text.trim() || null;
}
