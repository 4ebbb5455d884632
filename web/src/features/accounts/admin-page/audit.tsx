/** What happened to all accounts, or to one, newest first. */
import { useCallback } from "react";
import { exactTime } from "../../../lib/format";
import { Button } from "../../../ui/button";
import { browserOf } from "../account-page/browser-name";
import { detailInWords, type Labels } from "../account-page/event-detail";
import { useAccountWords } from "../account-words";
import { listEvents, type AuditedEvent } from "./api";
import { usePages } from "./use-pages";

export interface AuditProps {
  /** The id of whoever looks. */
  own: string;
  /** The account whose events are shown; "" for all. */
  about: string;
  labels: Labels;
  onAll: () => void;
  onUser: (user_id: string) => void;
}

export function Audit({ own, about, labels, onAll, onUser }: AuditProps) {
  const words = useAccountWords();
  const load = useCallback((cursor: string | null) => listEvents(about, cursor), [about]);
  const events = usePages(load);
  return (
    <section className="account-part">
      {about && (
        <div className="admin-about">
          <p>
            {words.admin.account} <code dir="ltr">{about}</code>
          </p>
          <Button className="button-small" onClick={onAll}>
            {words.admin.allEvents}
          </Button>
        </div>
      )}
      {events.items?.length === 0 && <p>{words.admin.noEvents}</p>}
      <ul className="account-list">
        {events.items?.map((event) => (
          <EventRow key={event.event_id} event={event} own={own} labels={labels} {...(!about && { onUser })} />
        ))}
      </ul>
      {events.more && (
        <p>
          <Button onClick={events.more}>{words.admin.more}</Button>
        </p>
      )}
    </section>
  );
}

interface EventRowProps extends Pick<AuditProps, "own" | "labels"> {
  event: AuditedEvent;
  onUser?: AuditProps["onUser"];
}

function EventRow({ event, own, labels, onUser }: EventRowProps) {
  const words = useAccountWords();
  const { actor_id, network, user_agent } = event;
  const by = actor_id && (actor_id === own ? words.admin.byYou : words.admin.by(actor_id));
  const facts = [exactTime(event.at), by, browserOf(user_agent ?? ""), network];
  return (
    <li>
      <div>
        <p>
          {words.activity.events[event.event] ?? event.event}
          {event.detail && (
            <span className="soft">
              {" · "}
              <bdi>{detailInWords(event.detail, words, labels)}</bdi>
            </span>
          )}
        </p>
        <p className="soft">
          {facts.filter(Boolean).map((fact) => (
            <bdi key={fact}>{fact}</bdi>
          ))}
        </p>
      </div>
      {onUser && (
        <Button className="button-small admin-id" aria-label={words.admin.showUser(event.user_id)} onClick={() => onUser(event.user_id)}>
          <code dir="ltr">{event.user_id}</code>
        </Button>
      )}
    </li>
  );
}
