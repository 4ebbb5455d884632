/** What happened to the account lately, in words. */
import { useState } from "react";
import { ago, exactTime } from "../../../lib/format";
import { useNow } from "../../../lib/use-browser";
import { Button } from "../../../ui/button";
import { useAccountWords, type AccountWords } from "../account-words";
import { listEvents, type OwnEvent } from "../api";
import { browserOf } from "./browser-name";
import { detailInWords, type Labels } from "./event-detail";
import { useList } from "./use-list";

const MINUTE_MS = 60_000;
/** Their details are for whoever runs the service. */
const INTERNAL: ReadonlySet<string> = new Set(["mail_refused", "quota_set"]);
/** Shown before somebody asks for all. */
const FIRST = 8;

export function Activity({ labels }: { labels: Labels }) {
  const words = useAccountWords();
  const { items } = useList(listEvents);
  const [showsAll, setShowsAll] = useState(false);
  if (!items) return null;
  return (
    <section className="account-part">
      <h3>{words.activity.title}</h3>
      <p className="soft">{words.activity.lead}</p>
      <ul className="account-list">
        {items.slice(0, showsAll ? items.length : FIRST).map((event, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- events have no id, and two may come at the same time
          <EventRow key={`${event.at} ${place}`} of={event} labels={labels} />
        ))}
      </ul>
      {!showsAll && items.length > FIRST && (
        <p>
          <Button className="button-small" onClick={() => setShowsAll(true)}>
            {words.activity.more}
          </Button>
        </p>
      )}
    </section>
  );
}

function EventRow({ of: event, labels }: { of: OwnEvent; labels: Labels }) {
  const words = useAccountWords();
  const now = useNow(MINUTE_MS);
  const detail = detailOf(event, words, labels);
  const where = [browserOf(event.user_agent ?? ""), event.network].filter((one) => one !== null);
  return (
    <li>
      <div>
        <p>
          {words.activity.events[event.event] ?? words.activity.other}
          {detail && (
            <>
              {" · "}
              <bdi>{detail}</bdi>
            </>
          )}
        </p>
        <p className="soft">
          <time dateTime={event.at} title={exactTime(event.at)}>
            {ago(event.at, now)}
          </time>
          {where.map((one) => (
            <span key={one}>
              {" · "}
              <bdi dir="ltr">{one}</bdi>
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}

/** Who or what it was about; null if that says nothing to a person. */
function detailOf({ event, detail }: OwnEvent, words: AccountWords, labels: Labels): string | null {
  if (detail === null || INTERNAL.has(event)) return null;
  return detailInWords(detail, words, labels);
}
