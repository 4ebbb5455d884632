/** Where the account is signed in, and its API keys. */
import { useId, useState } from "react";
import { announce } from "../../../lib/announce";
import { copyText } from "../../../lib/clipboard";
import { ago, exactTime } from "../../../lib/format";
import { useNow } from "../../../lib/use-browser";
import { Button } from "../../../ui/button";
import { useAccountWords, type AccountWords } from "../account-words";
import { endOtherSessions, endSession, listKeys, listSessions, makeKey, revokeKey, type ApiKey, type OwnSession } from "../api";
import { AccountForm, Field, type Fields } from "../form";
import { ScopeList } from "../scope-list";
import { browserOf } from "./browser-name";
import { useRecently } from "./recent-sign-in";
import { SelectField } from "./select-field";
import { useList, type List } from "./use-list";

const MINUTE_MS = 60_000;
const DAY_S = 86_400;
const LASTS = { month: 30 * DAY_S, quarter: 90 * DAY_S, year: 365 * DAY_S } as const;

export function Devices() {
  return (
    <>
      <Sessions />
      <Keys />
    </>
  );
}

function Sessions() {
  const words = useAccountWords();
  const sessions = useList(listSessions);
  const others = sessions.items?.some(({ current }) => !current);
  return (
    <section className="account-part">
      <h3>{words.account.sessions}</h3>
      <ul className="account-list">
        {sessions.items?.map((session) => (
          <SessionRow key={session.session_id} session={session} list={sessions} />
        ))}
      </ul>
      {others && (
        <p>
          <Button className="button-small" onClick={() => void sessions.change(endOtherSessions, words.account.ended)}>
            {words.account.endOthers}
          </Button>
        </p>
      )}
    </section>
  );
}

function SessionRow({ session, list }: { session: OwnSession; list: List<OwnSession> }) {
  const words = useAccountWords();
  const now = useNow(MINUTE_MS);
  const name = nameOf(session, words);
  const seen = session.seen_at ?? session.created_at;
  return (
    <li>
      <div>
        <p dir="auto">{name}</p>
        <p className="soft">
          {session.current ? <strong>{words.account.current}</strong> : seen && words.account.lastSeen(ago(seen, now))}
          {session.network && (
            <>
              {" · "}
              <bdi dir="ltr">{session.network}</bdi>
            </>
          )}
        </p>
      </div>
      {!session.current && (
        <Button
          className="button-small"
          aria-label={words.account.endOne(name)}
          onClick={() => void list.change(() => endSession(session.session_id), words.account.ended)}
        >
          {words.account.end}
        </Button>
      )}
    </li>
  );
}

function nameOf({ kind, user_agent }: OwnSession, words: AccountWords): string {
  return kind === "script" ? words.account.script : (browserOf(user_agent ?? "") ?? words.account.unknownDevice);
}

function Keys() {
  const words = useAccountWords();
  const recently = useRecently();
  const keys = useList(listKeys);
  const [made, setMade] = useState<string | null>(null);
  const make = (fields: Fields) => {
    const lasts = fields("expires_in");
    const expires_in = lasts === "month" || lasts === "year" ? LASTS[lasts] : LASTS.quarter;
    const scopes = Object.keys(words.scopes).filter((scope) => fields(scope) === "on");
    return recently(() => makeKey({ name: fields("name").trim(), expires_in, scopes }));
  };
  return (
    <section className="account-part">
      <h3>{words.account.keys}</h3>
      <p className="soft">{words.account.keysLead}</p>
      {keys.items?.length === 0 && <p>{words.account.noKeys}</p>}
      <ul className="account-list">
        {keys.items?.map((key) => (
          <KeyRow key={key.key_id} of={key} list={keys} />
        ))}
      </ul>
      {made === null ? (
        <AccountForm
          tone="plain"
          submit={words.account.makeKey}
          send={make}
          onDone={({ key }) => {
            setMade(key);
            keys.reload();
          }}
        >
          <Field label={words.account.keyName} name="name" autoComplete="off" maxLength={100} dir="auto" />
          <SelectField label={words.account.keyLasts} name="expires_in" defaultValue="quarter" options={words.account.lasts} />
          <fieldset className="account-choices">
            <legend>{words.account.keyMay}</legend>
            {Object.entries(words.scopes).map(([scope, shown]) => (
              <label key={scope}>
                <input type="checkbox" name={scope} defaultChecked />
                {shown}
              </label>
            ))}
          </fieldset>
        </AccountForm>
      ) : (
        <MadeKey secret={made} onDone={() => setMade(null)} />
      )}
    </section>
  );
}

function KeyRow({ of: key, list }: { of: ApiKey; list: List<ApiKey> }) {
  const words = useAccountWords();
  const now = useNow(MINUTE_MS);
  const used = key.last_used_at ? words.account.lastSeen(ago(key.last_used_at, now)) : words.account.neverUsed;
  return (
    <li>
      <div>
        <p>
          <bdi>{key.name}</bdi> <code dir="ltr">{key.hint}…</code>
        </p>
        <p className="soft">
          <ScopeList scopes={key.scopes} /> · {used} · {words.account.until(exactTime(key.expires_at))}
        </p>
      </div>
      <Button
        className="button-small"
        aria-label={words.account.revokeOne(key.name)}
        onClick={() => void list.change(() => revokeKey(key.key_id), words.account.revoked)}
      >
        {words.account.revoke}
      </Button>
    </li>
  );
}

/** Shown this once. */
function MadeKey({ secret, onDone }: { secret: string; onDone: () => void }) {
  const words = useAccountWords();
  const id = useId();
  const copy = () =>
    copyText(secret).then(
      () => announce(words.account.copied, { shown: true }),
      () => announce(words.account.copyFailed, { shown: true }),
    );
  return (
    <div className="account-made">
      <label htmlFor={id}>{words.account.madeKey}</label>
      <p className="soft">{words.account.keyOnce}</p>
      <input
        ref={(field) => field?.focus()}
        id={id}
        className="field"
        readOnly
        dir="ltr"
        value={secret}
        onFocus={(event) => event.target.select()}
      />
      <div className="account-form-end">
        <Button tone="primary" onClick={() => void copy()}>
          {words.account.copy}
        </Button>
        <Button onClick={onDone}>{words.account.keyDone}</Button>
      </div>
    </div>
  );
}
