/** What plays, in the bar. Its cover opens the full view. */
import { coverOf } from "../../../lib/cover-of";
import { titleOf } from "../../../lib/title-of";
import { words } from "../../../lib/words";
import { Blur } from "../../../ui/blur";
import { IconButton } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { fetchView, openNowPlaying } from "../now-playing/view-state";
import { swipes } from "../now-playing/swipe";
import type { PlayerState } from "../player-state";
import { usePlayerWords } from "../player-words";
import type { PlayerBarProps } from "./player-bar";

const open = () => void openNowPlaying();
const swipeUp = swipes("up", open);

export function BarSong({ state, onDownload }: Pick<PlayerBarProps, "state" | "onDownload">) {
  const { file, status } = state;
  const text = usePlayerWords();
  return (
    <div className="player-song" {...swipeUp}>
      <button
        type="button"
        className="player-open"
        aria-label={text.now.open}
        title={text.now.open}
        onPointerEnter={fetchView}
        onFocus={fetchView}
        onClick={open}
      >
        <Cover {...coverOf(file, 320)} under={file.thumbnail && <Blur hash={file.thumbnail.blurhash} />} />
      </button>
      <div className="player-words">
        <p className="player-title ellipsis">{titleOf(file)}</p>
        <BarNote state={state} />
      </div>
      {status === "failed" && <IconButton icon="download" label={text.download} onClick={() => onDownload(file)} />}
    </div>
  );
}

/** The artist, or what is wrong. */
export function BarNote({ state: { status, failure, trouble, file }, album = false }: { state: PlayerState; album?: boolean }) {
  if (status === "failed") return <p className="player-failure">{failure}</p>;
  const note = status === "waiting" ? words.app.offline : trouble;
  const by = album ? [file.artist, file.album].filter(Boolean).join(" · ") : file.artist;
  return <p className={note ? "soft" : "soft ellipsis"}>{note || by}</p>;
}
