/** The upcoming files: jump to one, reorder them, or remove one. */
import { useEffect, useEffectEvent, useId, useRef, useState, type DragEvent, type KeyboardEvent as KeyPress } from "react";
import { announce } from "../../../lib/announce";
import { coverOf } from "../../../lib/cover-of";
import { isEscape } from "../../../lib/keys";
import { titleOf } from "../../../lib/title-of";
import { Button, IconButton } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { Icon } from "../../../ui/icon";
import type { PlayerState } from "../player-state";
import { upcoming, type Entry } from "./queue";
import "./queue-panel.css";
import { NotThis } from "../../radio/not-this";
import { refuse } from "../../radio/refuse";
import { WhyLine } from "../../radio/why-line";
import { RepeatButton, Shuffle } from "../bar/transport";
import type { EvenVolume } from "../bar/use-even-volume";
import { usePlayerWords } from "../player-words";
import type { Player } from "../use-player";

export interface QueueBodyProps {
  player: Player;
  state: PlayerState;
  even: EvenVolume;
  /** Whether shuffle and repeat are here, because the bar has no room. */
  order?: boolean;
  /** Closes the panel, if it can be closed. */
  onClose?: () => void;
}

export interface QueuePanelProps extends QueueBodyProps {
  onClose: () => void;
}

/** Rows drawn: nobody reads further, and a queue may be long. */
const DRAWN = 100;

/** Over the page, until it is closed. */
export function QueuePanel(props: QueuePanelProps) {
  const text = usePlayerWords().queue;
  const panel = useRef<HTMLElement>(null);
  const close = useEffectEvent(props.onClose);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => isEscape(event) && !document.querySelector("dialog[open]") && close();
    // The rest of the player stays in use while the queue is open.
    const press = ({ target }: PointerEvent) => target instanceof Element && !target.closest(".player, dialog") && close();
    panel.current?.focus();
    globalThis.addEventListener("keydown", listen);
    globalThis.addEventListener("pointerdown", press);
    return () => {
      globalThis.removeEventListener("keydown", listen);
      globalThis.removeEventListener("pointerdown", press);
    };
  }, []);

  return (
    <section ref={panel} className="queue" aria-label={text.open} tabIndex={-1}>
      <QueueBody {...props} />
    </section>
  );
}

/** The queue itself, wherever it is shown. */
export function QueueBody({ player, state, even, order = false, onClose }: QueueBodyProps) {
  const text = usePlayerWords().queue;
  const entries = upcoming(state.queue);
  return (
    <>
      <div className="queue-head">
        <h2>{text.upcoming}</h2>
        {order && <Shuffle player={player} state={state} />}
        {order && <RepeatButton player={player} state={state} />}
        {entries.length > 0 && <Clear onClear={player.queue.clear} />}
        {onClose && <IconButton icon="close" label={text.close} onClick={onClose} />}
      </div>
      {entries.length === 0 ? <p className="queue-empty soft">{text.empty}</p> : <Upcoming entries={entries} player={player} />}
      {even.isKnown && <EvenVolumeSwitch even={even} />}
    </>
  );
}

function EvenVolumeSwitch({ even: { on, set } }: { even: EvenVolume }) {
  const { evenVolume, evenVolumeHint } = usePlayerWords();
  const hint = useId();
  return (
    <div className="queue-foot">
      <label>
        <input type="checkbox" checked={on} aria-describedby={hint} onChange={({ target: { checked } }) => set(checked)} />
        {evenVolume}
      </label>
      <p id={hint} className="soft">
        {evenVolumeHint}
      </p>
    </div>
  );
}

function Clear({ onClear }: { onClear: () => void }) {
  const text = usePlayerWords().queue;
  const clear = () => {
    onClear();
    announce(text.cleared);
  };
  return <Button onClick={clear}>{text.clear}</Button>;
}

function Upcoming({ entries, player }: { entries: readonly Entry[]; player: Player }) {
  const text = usePlayerWords().queue;
  const { queue } = player;
  const [dragged, setDragged] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const move = (entry: Entry, to: number) => {
    if (to < 0 || to >= entries.length) return;
    queue.move(entry.key, to);
    announce(text.moved(titleOf(entry.file), to + 1));
  };
  /** Remove a row and move the focus to the row that takes its place. */
  const remove = (entry: Entry, index: number) => {
    if (entry.origin.refuse) refuse(player, entry);
    else {
      queue.remove(entry.key);
      announce(text.removed(titleOf(entry.file)));
    }
    const rows = list.current?.querySelectorAll<HTMLElement>("li");
    const neighbour = rows?.[index + 1] ?? rows?.[index - 1];
    neighbour?.querySelector<HTMLElement>(".queue-song")?.focus();
  };

  return (
    <ol ref={list} className="queue-list">
      {entries.slice(0, DRAWN).map((entry, index) => (
        <Row
          key={entry.key}
          entry={entry}
          first={index === 0}
          last={index === entries.length - 1}
          dragged={dragged === entry.key}
          onJump={() => queue.jump(entry.key)}
          onRemove={() => remove(entry, index)}
          onMove={(by) => move(entry, index + by)}
          onDrag={(on) => setDragged(on ? entry.key : null)}
          onDrop={() => dragged !== null && queue.move(dragged, index)}
        />
      ))}
    </ol>
  );
}

interface RowProps {
  entry: Entry;
  first: boolean;
  last: boolean;
  dragged: boolean;
  onJump: () => void;
  onRemove: () => void;
  onMove: (by: 1 | -1) => void;
  onDrag: (on: boolean) => void;
  onDrop: () => void;
}

function Row({ entry, first, last, dragged, onJump, onRemove, onMove, onDrag, onDrop }: RowProps) {
  const { file, origin } = entry;
  const title = titleOf(file);
  const text = usePlayerWords().queue;
  const drag = {
    draggable: true,
    onDragStart(event: DragEvent) {
      // Not "Files", so that the page's drop zone does not react.
      event.dataTransfer.setData("text/plain", title);
      event.dataTransfer.effectAllowed = "move";
      onDrag(true);
    },
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDragEnd: () => onDrag(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      onDrop();
    },
  };
  return (
    <li className="queue-row" data-dragged={dragged || undefined} {...drag}>
      <span className="queue-grip soft">
        <Icon name="grip" size={16} />
      </span>
      <div className="queue-main">
        <button
          type="button"
          className="queue-song"
          aria-label={text.jump([title, file.artist].filter(Boolean).join(" "))}
          onClick={onJump}
          onKeyDown={(event) => byArrows(event, onMove)}
        >
          <Cover {...coverOf(file, 96)} />
          <span className="queue-words">
            <span className="ellipsis">{title}</span>{" "}
            <span className="ellipsis soft">{file.artist}</span>
          </span>
        </button>
        {origin.why && <WhyLine why={origin.why} className="queue-why" />}
      </div>
      <IconButton icon="up" label={text.up(title)} disabled={first} onClick={() => onMove(-1)} />
      <IconButton icon="fold" label={text.down(title)} disabled={last} onClick={() => onMove(1)} />
      {origin.refuse ? <NotThis title={title} onClick={onRemove} /> : <IconButton icon="close" label={text.remove(title)} onClick={onRemove} />}
    </li>
  );
}

/** Alt with an arrow moves a row, as it moves a line in an editor. */
function byArrows(event: KeyPress, onMove: (by: 1 | -1) => void): void {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  onMove(event.key === "ArrowUp" ? -1 : 1);
}
