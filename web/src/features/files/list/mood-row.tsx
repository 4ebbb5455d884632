/** The moods in a row: choosing one changes the library and the page's colours. */
import { useEffect, useRef, useState, type RefObject } from "react";
import { moodHue, moodName, moodShape, type Mood, type MoodFilter } from "../../../lib/moods";
import type { MoodCount } from "../../../lib/types";
import { locale, words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { lazyPart } from "../../../ui/lazy-part";
import { Shape } from "../../../ui/shape";
import "./mood-row.css";
import type { StickyMoodsProps } from "./sticky-moods";

const StickyMoods = lazyPart<StickyMoodsProps>(() => import("./sticky-moods"), { quiet: true });

export interface MoodRowProps {
  moods: readonly Mood[];
  /** Null until known. */
  counts: readonly MoodCount[] | null;
  value: MoodFilter;
  onChange: (mood: MoodFilter) => void;
  onPlay: (mood: Mood) => void;
}

export function MoodRow({ moods, counts, value, onChange, onPlay }: MoodRowProps) {
  const countOf = (mood: MoodFilter) => {
    if (counts === null) return null;
    return counts.reduce((sum, one) => (mood === null || one.mood === mood ? sum + one.files : sum), 0);
  };

  const row = useRef<HTMLElement>(null);
  const away = useIsAway(row);

  return (
    <>
      {away && <StickyMoods moods={moods} value={value} onChange={onChange} />}
      <nav ref={row} className="mood-row" aria-label={words.moods.label}>
        {[null, ...moods].map((mood) => (
          <MoodChip
            key={mood ?? "*"}
            mood={mood}
            count={countOf(mood)}
            pressed={mood === value}
            onClick={() => onChange(mood)}
            onPlay={() => mood !== null && onPlay(mood)}
          />
        ))}
      </nav>
    </>
  );
}

/** True while the page is scrolled past it. */
function useIsAway(row: RefObject<HTMLElement | null>): boolean {
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!row.current) return undefined;
    const observer = new IntersectionObserver(([seen]) => setAway(seen !== undefined && !seen.isIntersecting && seen.boundingClientRect.top < 0));
    observer.observe(row.current);
    return () => observer.disconnect();
  }, [row]);
  return away;
}

interface MoodChipProps {
  mood: MoodFilter;
  count: number | null;
  pressed: boolean;
  onClick: () => void;
  onPlay: () => void;
}

/** Where a pointer can hover, a play sign takes the place of the number; elsewhere the list's own heading has it. */
function MoodChip({ mood, count, pressed, onClick, onPlay }: MoodChipProps) {
  const name = mood === null ? words.moods.all : moodName(mood);
  const chip = (
    <button
      type="button"
      className="mood-chip"
      data-hue={moodHue(mood)}
      aria-pressed={pressed}
      aria-label={words.moods.filter(name, count)}
      onClick={onClick}
    >
      <Shape name={moodShape(mood)} size={24} />
      <span className="mood-chip-name">{name}</span>{" "}
      <span className="mood-chip-count numbers">{count === null ? "" : locale.number(count)}</span>
    </button>
  );
  if (mood === null || !count) return chip;
  return (
    <span className="mood-card" data-hue={moodHue(mood)}>
      {chip}
      <IconButton icon="play" className="mood-card-play" label={words.face.play(name)} onClick={onPlay} />
    </span>
  );
}
