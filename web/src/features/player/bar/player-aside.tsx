/** Beside the library, where the window is wide: the artwork and what comes next, for as long as something is in the player. */
import { Boundary } from "../../../ui/boundary";
import { fetchView, openNowPlaying } from "../now-playing/view-state";
import type { PlayerState } from "../player-state";
import { usePlayerWords } from "../player-words";
import { QueueBody } from "../queue/queue-panel";
import type { Player } from "../use-player";
import { Artwork } from "./artwork";
import "./player-aside.css";
import type { EvenVolume } from "./use-even-volume";

export interface PlayerAsideProps {
  player: Player;
  state: PlayerState;
  even: EvenVolume;
}

export function PlayerAside({ player, state, even }: PlayerAsideProps) {
  const text = usePlayerWords();
  const isFilm = state.file.content_type.startsWith("video/");
  return (
    <section className="player-aside" aria-label={text.queue.open}>
      {isFilm ? (
        <div className="aside-film" />
      ) : (
        <button
          type="button"
          className="aside-art"
          aria-label={text.now.open}
          title={text.now.open}
          onPointerEnter={fetchView}
          onClick={() => void openNowPlaying()}
        >
          <Artwork state={state} />
        </button>
      )}
      <div className="aside-queue">
        <Boundary>
          <QueueBody player={player} state={state} even={even} />
        </Boundary>
      </div>
    </section>
  );
}
