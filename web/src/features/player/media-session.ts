/** Tells the system what plays, so that its media keys and its lock screen work too. */

export interface MediaKeys {
  title: string;
  artist: string;
  onPlay: () => void;
  onPause: () => void;
  onNext: (() => void) | null;
  onPrevious: (() => void) | null;
}

/** Returns how to let go again. */
export function holdMediaSession(keys: MediaKeys): () => void {
  if (!("mediaSession" in navigator)) return () => undefined;
  const session = navigator.mediaSession;
  session.metadata = new MediaMetadata({ title: keys.title, artist: keys.artist });
  session.setActionHandler("play", keys.onPlay);
  session.setActionHandler("pause", keys.onPause);
  session.setActionHandler("nexttrack", keys.onNext);
  session.setActionHandler("previoustrack", keys.onPrevious);
  return () => {
    session.metadata = null;
    for (const action of ["play", "pause", "nexttrack", "previoustrack"] as const) session.setActionHandler(action, null);
  };
}
