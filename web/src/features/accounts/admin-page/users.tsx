/** The users of the service: found by the beginning of an address, and managed one by one. */
import { useCallback, useId, useRef, useState } from "react";
import { ago } from "../../../lib/format";
import { useNow } from "../../../lib/use-browser";
import { locale } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { useAccountWords } from "../account-words";
import { findUsers, type ManagedUser, type UserQuota } from "./api";
import { ManageUser } from "./manage-user";
import { nameOf } from "./name-of";
import { usePages } from "./use-pages";

/** The pause that a person makes between letters. */
const TYPING_MS = 250;
const MINUTE_MS = 60_000;

export interface UsersProps {
  /** The id of whoever looks. */
  own: string;
  search: string;
  onSearch: (text: string) => void;
  /** Show what happened to this account. */
  onEvents: (user_id: string) => void;
}

export function Users({ own, search, onSearch, onEvents }: UsersProps) {
  const words = useAccountWords();
  const load = useCallback((cursor: string | null) => findUsers(search, cursor), [search]);
  const users = usePages(load);
  const [managed, setManaged] = useState<string | null>(null);
  const user = users.items?.find(({ user_id }) => user_id === managed);
  const replace = (changed: ManagedUser) =>
    users.change((before) => before.map((each) => (each.user_id === changed.user_id ? changed : each)));
  return (
    <section className="account-part">
      <Search value={search} onChange={onSearch} />
      {users.items?.length === 0 && <p>{words.admin.none}</p>}
      <ul className="account-list">
        {users.items?.map((each) => (
          <UserRow key={each.user_id} user={each} own={own} onManage={() => setManaged(each.user_id)} />
        ))}
      </ul>
      {users.more && (
        <p>
          <Button onClick={users.more}>{words.admin.more}</Button>
        </p>
      )}
      {user && (
        <ManageUser user={user} isOwn={user.user_id === own} onChange={replace} onEvents={() => onEvents(user.user_id)} onClose={() => setManaged(null)} />
      )}
    </section>
  );
}

function Search({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const words = useAccountWords();
  const id = useId();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  return (
    <search className="account-field">
      <label htmlFor={id}>{words.admin.search}</label>
      <div className="account-input">
        <input
          id={id}
          className="field"
          type="search"
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
          defaultValue={value}
          onChange={({ target }) => {
            clearTimeout(timer.current);
            timer.current = setTimeout(() => onChange(target.value.trim()), TYPING_MS);
          }}
        />
      </div>
    </search>
  );
}

function UserRow({ user, own, onManage }: { user: ManagedUser; own: string; onManage: () => void }) {
  const words = useAccountWords();
  const now = useNow(MINUTE_MS);
  const name = nameOf(user);
  const facts = [
    user.user_id === own && words.admin.you,
    user.kind === "guest" && words.admin.guest,
    user.state !== "active" && words.admin.states[user.state],
    user.roles.includes("admin") && words.admin.role,
    user.seen_at && words.account.lastSeen(ago(user.seen_at, now)),
    user.quota && usageIn(user.quota, words.account.used),
  ];
  return (
    <li>
      <div>
        <p className="admin-name">
          <bdi>{name}</bdi>
          {user.name && <bdi className="soft">{user.name}</bdi>}
        </p>
        <p className="soft">{facts.filter(Boolean).join(" · ")}</p>
      </div>
      <Button className="button-small" aria-label={words.admin.manageOne(name)} onClick={onManage}>
        {words.admin.manage}
      </Button>
    </li>
  );
}

function usageIn({ used_bytes, max_bytes }: UserQuota, used: (used: string, limit: string) => string): string | null {
  if (used_bytes === null) return null;
  return max_bytes === null ? locale.bytes(used_bytes) : used(locale.bytes(used_bytes), locale.limit(max_bytes));
}
