/** Play, pause, next, previous, shuffle and repeat. */
import { IconButton } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import type { PlayerState } from "../player-state";
import { usePlayerWords } from "../player-words";
import type { Repeat } from "../queue/queue";
import type { Player } from "../use-player";

interface Props {
  player: Player;
  state: PlayerState;
}

export function Transport({ player, state, order }: Props & { order: boolean }) {
  const { next, previous } = player;
  const text = usePlayerWords();
  return (
    <div className="player-keys" dir="ltr">
      {order && <Shuffle player={player} state={state} />}
      <IconButton icon="previous" className="player-previous" label={text.previous} onClick={previous} />
      <Toggle player={player} state={state} />
      <IconButton icon="next" label={text.next} disabled={!next} onClick={() => next?.()} />
      {order && <RepeatButton player={player} state={state} />}
    </div>
  );
}

function Toggle({ player, state }: Props) {
  const text = usePlayerWords();
  // A loading file plays as soon as it can: the button pauses it.
  const playing = state.status === "playing" || state.status === "loading";
  const label = playing ? text.pause : text.play;
  return (
    <button
      type="button"
      className="player-toggle"
      aria-label={label}
      title={label}
      aria-busy={state.status === "loading"}
      onClick={player.toggle}
    >
      <Icon name={playing ? "pause" : "play"} size={24} />
    </button>
  );
}

export function Shuffle({ player, state }: Props) {
  const { shuffled } = state.queue;
  const text = usePlayerWords();
  return (
    <IconButton
      icon="shuffle"
      className="player-order"
      label={text.shuffle}
      aria-pressed={shuffled}
      onClick={() => player.queue.setShuffled(!shuffled)}
    />
  );
}

const AFTER: Readonly<Record<Repeat, Repeat>> = { off: "all", all: "one", one: "off" };

/** One button with three states, named in its label. */
export function RepeatButton({ player, state }: Props) {
  const { repeat } = state.queue;
  const text = usePlayerWords();
  return (
    <IconButton
      icon={repeat === "one" ? "once" : "repeat"}
      className="player-order"
      label={text.repeat[repeat]}
      data-on={repeat !== "off" || undefined}
      onClick={() => player.queue.setRepeat(AFTER[repeat])}
    />
  );
}
