/** /history: what somebody played, by day; what to go on with; and the switch that ends it. */
import { useState, type ReactNode } from "react";
import { announce } from "../../lib/announce";
import { coverOf } from "../../lib/cover-of";
import { clock } from "../../lib/format";
import { inWords } from "../../lib/problem-words";
import { titleOf } from "../../lib/title-of";
import type { FileRecord } from "../../lib/types";
import { locale, words as pageWords } from "../../lib/words";
import { Button, IconButton } from "../../ui/button";
import { Cover } from "../../ui/cover";
import { Trouble } from "../../ui/trouble";
import { PlaceLink } from "../../ui/place-link";
import type { Player } from "../player/use-player";
import type { Listen, Unfinished } from "./api";
import "./history-view.css";
import { useListeningWords } from "./listening-words";
import { useGoOn } from "./use-go-on";
import { useHistory, type History } from "./use-history";
import { useKeeping } from "./use-keeping";

export interface HistoryViewProps {
  player: Player;
}

export default function HistoryView({ player }: HistoryViewProps) {
  const words = useListeningWords();
  const history = useHistory();
  const goOn = useGoOn(player);
  const { shown, failure, reload, more, remove } = history;
  return (
    <section className="history" aria-busy={!shown && !failure}>
      <p>
        <PlaceLink to="/" className="history-back">
          {pageWords.page.back}
        </PlaceLink>
      </p>
      <h2>{words.title}</h2>
      <p className="soft">{words.lead}</p>
      {failure && <Trouble problem={inWords(failure)} action={pageWords.files.again} onAction={reload} />}
      {shown && (
        <>
          <Keeping history={history} enabled={shown.enabled} isEmpty={shown.listens.length === 0} />
          {shown.unfinished.length > 0 && (
            <>
              <h3>{words.unfinished}</h3>
              <ul className="history-list">
                {shown.unfinished.map((one) => (
                  <UnfinishedRow key={one.file.file_id} unfinished={one} onGoOn={() => goOn(one)} />
                ))}
              </ul>
            </>
          )}
          {shown.listens.length === 0 && <p>{words.empty}</p>}
          {byDay(shown.listens).map(([day, listens]) => (
            <section key={day}>
              <h3>{day}</h3>
              <ul className="history-list">
                {listens.map((listen) => (
                  <ListenRow
                    key={listen.listen_id}
                    listen={listen}
                    onPlay={(file) => player.choose(file, [file])}
                    onRemove={() => void remove(listen)}
                  />
                ))}
              </ul>
            </section>
          ))}
          {shown.next !== null && <Button onClick={() => void more()}>{words.more}</Button>}
        </>
      )}
    </section>
  );
}

function byDay(listens: readonly Listen[]): [string, Listen[]][] {
  const days = new Map<string, Listen[]>();
  for (const listen of listens) {
    const day = locale.day(new Date(listen.heard_at));
    days.set(day, [...(days.get(day) ?? []), listen]);
  }
  return [...days];
}

function UnfinishedRow({ unfinished: { file, position_seconds, duration_seconds }, onGoOn }: { unfinished: Unfinished; onGoOn: () => void }) {
  const words = useListeningWords();
  return (
    <Row file={file} note={words.at(clock(position_seconds), clock(duration_seconds))}>
      <IconButton icon="play" label={words.goOn(titleOf(file))} onClick={onGoOn} />
    </Row>
  );
}

interface ListenRowProps {
  listen: Listen;
  onPlay: (file: FileRecord) => void;
  onRemove: () => void;
}

function ListenRow({ listen: { file, listened_seconds }, onPlay, onRemove }: ListenRowProps) {
  const words = useListeningWords();
  const title = file && titleOf(file);
  return (
    <Row file={file} note={words.heard(clock(listened_seconds ?? 0))}>
      {file && <IconButton icon="play" label={words.play(titleOf(file))} onClick={() => onPlay(file)} />}
      <IconButton icon="close" label={title === null ? words.removeGone : words.remove(title)} onClick={onRemove} />
    </Row>
  );
}

function Row({ file, note, children }: { file: FileRecord | null; note: string; children: ReactNode }) {
  const words = useListeningWords();
  return (
    <li className="history-row">
      {file ? <Cover {...coverOf(file, 96)} /> : <Cover seed="" hue="other" />}
      <span className="history-words">
        <span className="ellipsis" dir="auto">
          {file ? titleOf(file) : words.gone}
        </span>
        {file && <span className="soft ellipsis">{[file.artist, note].filter(Boolean).join(" · ")}</span>}
      </span>
      {children}
    </li>
  );
}

function Keeping({ history: { keep, clear }, enabled, isEmpty }: { history: History; enabled: boolean; isEmpty: boolean }) {
  const words = useListeningWords();
  const [asking, setAsking] = useState(false);
  const [isOn, switchTo] = useKeeping(enabled, keep);
  const clearNow = async () => {
    setAsking(false);
    if (await clear()) announce(words.cleared, { shown: true });
  };
  return (
    <div className="history-keeping">
      <label>
        <input type="checkbox" checked={isOn} onChange={(event) => switchTo(event.target.checked)} />
        {words.keep}
      </label>
      {!isOn && <p className="soft">{words.off}</p>}
      {!isEmpty && !asking && <Button onClick={() => setAsking(true)}>{words.clear}</Button>}
      {asking && (
        <fieldset className="history-question">
          <legend>{words.clearQuestion}</legend>
          <Button tone="alarm" onClick={() => void clearNow()}>
            {words.clearNow}
          </Button>
          <Button onClick={() => setAsking(false)}>{words.cancel}</Button>
        </fieldset>
      )}
    </div>
  );
}
