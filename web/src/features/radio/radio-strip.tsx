/** Above the player's bar while a radio's file plays: why it plays, and "not this". */
import { titleOf } from "../../lib/title-of";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import type { Why } from "../player/queue/origin";
import type { Entry } from "../player/queue/queue";
import type { Player } from "../player/use-player";
import "./radio-strip.css";
import { useRadioWords } from "./radio-words";
import { refuse } from "./refuse";
import { WhyLine } from "./why-line";

export function RadioStrip({ player, entry, why }: { player: Player; entry: Entry; why: Why }) {
  const words = useRadioWords();
  return (
    <section className="radio-strip" aria-label={words.label}>
      <Icon name="radio" size={18} />
      <WhyLine why={why} className="radio-why" />
      {entry.origin.refuse && (
        <Button className="button-small" aria-label={words.notThisOne(titleOf(entry.file))} onClick={() => refuse(player, entry)}>
          {words.notThis}
        </Button>
      )}
    </section>
  );
}
