/** "For you in this mood": what the service recommends from one's history, each with its reason. */
import { useCallback } from "react";
import type { Mood } from "../../../lib/moods";
import type { FileRecord } from "../../../lib/types";
import type { Origin, Why } from "../../player/queue/origin";
import type { Player } from "../../player/use-player";
import { readRecommended } from "../../radio/api";
import { Titles } from "../../radio/named-reasons";
import { useRadioWords } from "../../radio/radio-words";
import { whyInWords } from "../../radio/why-in-words";
import { useListeningWords } from "../listening-words";
import { Tile } from "./tile";
import { useRow } from "./use-row";

interface Recommendation {
  file: FileRecord;
  why: Why;
}

export interface ForMoodProps {
  mood: Mood;
  player: Player;
  hasPlace: boolean;
}

export function ForMood({ mood, player, hasPlace }: ForMoodProps) {
  const words = useListeningWords();
  const reasons = useRadioWords();
  const rows = useRow(mood, hasPlace, useCallback(() => recommendedFor(mood), [mood]));
  if (rows.length === 0) return null;

  const play = ({ file }: Recommendation) => {
    const whys = new Map(rows.map((row) => [row.file.file_id, row.why]));
    const originOf = (file_id: string): Origin => {
      const why = whys.get(file_id);
      return { source: "recommended", mood, ...(why && { why }) };
    };
    player.choose(file, rows.map((row) => row.file), { originOf });
  };
  return (
    <section className="home-row" aria-label={words.forMood}>
      <h2>{words.forMood}</h2>
      <ul>
        {rows.map((row) => (
          <Tile key={row.file.file_id} file={row.file} note={whyInWords(row.why, reasons)} label={words.play} onPlay={() => play(row)} />
        ))}
      </ul>
    </section>
  );
}

/** Nothing, if all that is known of somebody is what is new to them: the list below says as much. */
async function recommendedFor(mood: Mood): Promise<readonly Recommendation[]> {
  const rows = await readRecommended(mood);
  if (rows.every(({ why }) => why.code === "new_here")) return [];
  const titles = new Titles();
  titles.learn(rows.map(({ file }) => file));
  return Promise.all(rows.map(async ({ file, why }) => ({ file, why: await titles.named(why) })));
}
