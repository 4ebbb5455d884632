/** Above the library: what to go on with, or what fits the mood that is chosen. */
import { clock } from "../../../lib/format";
import type { MoodFilter } from "../../../lib/moods";
import type { Player } from "../../player/use-player";
import { loadRadioWords } from "../../radio/radio-words";
import { readUnfinished } from "../api";
import { loadListeningWords, useListeningWords } from "../listening-words";
import { useGoOn } from "../use-go-on";
import { ForMood } from "./for-mood";
import "./home-row.css";
import { Tile } from "./tile";
import { useRow } from "./use-row";

export interface HomeRowProps {
  /** Null: all moods are shown. */
  mood: MoodFilter;
  player: Player;
  /** Whether its place was kept free. */
  hasPlace: boolean;
}

/** The row, once its words are there. */
export async function loadRow() {
  await Promise.all([loadListeningWords(), loadRadioWords()]);
  return { default: HomeRow };
}

function HomeRow({ mood, ...rest }: HomeRowProps) {
  return mood === null ? <GoOn {...rest} /> : <ForMood mood={mood} {...rest} />;
}

function GoOn({ player, hasPlace }: Omit<HomeRowProps, "mood">) {
  const words = useListeningWords();
  const goOn = useGoOn(player);
  const rows = useRow(null, hasPlace, readUnfinished);
  if (rows.length === 0) return null;
  return (
    <section className="home-row" aria-label={words.unfinished}>
      <h2>{words.unfinished}</h2>
      <ul>
        {rows.map((one) => (
          <Tile
            key={one.file.file_id}
            file={one.file}
            note={words.at(clock(one.position_seconds), clock(one.duration_seconds))}
            label={words.goOn}
            onPlay={() => goOn(one)}
          />
        ))}
      </ul>
    </section>
  );
}
