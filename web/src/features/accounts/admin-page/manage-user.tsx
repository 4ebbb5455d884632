/** What an administrator does to one user: disable, promote, limit, delete. */
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { exactTime } from "../../../lib/format";
import { words as pageWords } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { useRecently } from "../account-page/recent-sign-in";
import { problemIn, useAccountWords } from "../account-words";
import { AccountForm, Field, problemText, type Fields } from "../form";
import { deleteUser, editUser, type ManagedUser, type UserEdit } from "./api";
import { nameOf } from "./name-of";
import { QuotaForm } from "./quota-form";

export interface ManageUserProps {
  user: ManagedUser;
  /** One's own account is changed under Account. */
  isOwn: boolean;
  onChange: (user: ManagedUser) => void;
  onEvents: () => void;
  onClose: () => void;
}

export function ManageUser({ user, isOwn, onChange, onEvents, onClose }: ManageUserProps) {
  const words = useAccountWords();
  const isLeaving = user.state === "leaving";
  return (
    <Dialog title={nameOf(user)} closeLabel={pageWords.add.close} onClose={onClose}>
      <div className="account-question admin-user">
        <Facts user={user} />
        <p>
          <Button className="button-small" onClick={onEvents}>
            {words.admin.eventsOf}
          </Button>
        </p>
        {isOwn && <p className="soft">{words.admin.own}</p>}
        {!isOwn && !isLeaving && <Access user={user} onChange={onChange} />}
        {!isLeaving && user.quota && <QuotaForm user={user} quota={user.quota} onChange={onChange} />}
        {!isOwn && !isLeaving && <Delete user={user} onChange={onChange} />}
      </div>
    </Dialog>
  );
}

function Facts({ user }: { user: ManagedUser }) {
  const words = useAccountWords();
  const facts: readonly (readonly [string, string])[] = [
    [words.admin.state, [words.admin.states[user.state], ...(user.roles.includes("admin") ? [words.admin.role] : [])].join(" · ")],
    [words.admin.id, user.user_id],
    [words.admin.since, exactTime(user.created_at)],
    [words.admin.seen, user.seen_at ? exactTime(user.seen_at) : words.account.neverUsed],
  ];
  return (
    <dl className="account-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type ChangeProps = Pick<ManageUserProps, "user" | "onChange">;

function Access({ user, onChange }: ChangeProps) {
  const words = useAccountWords();
  const recently = useRecently();
  const edit = async (change: UserEdit, done: string) => {
    try {
      onChange(await recently(() => editUser(user.user_id, change)));
      announce(done, { shown: true });
    } catch (error) {
      announce(problemText(problemIn(words, asApiError(error))), { shown: true });
    }
  };
  const isActive = user.state === "active";
  const isAdmin = user.roles.includes("admin");
  return (
    <section className="account-part">
      <h3>{words.admin.access}</h3>
      <p className="soft">{words.admin.accessLead}</p>
      <div className="account-form-end">
        <Button onClick={() => void edit({ disabled: isActive }, isActive ? words.admin.disabled : words.admin.enabled)}>
          {isActive ? words.admin.disable : words.admin.enable}
        </Button>
        {user.kind === "user" && (
          <Button onClick={() => void edit({ roles: isAdmin ? [] : ["admin"] }, isAdmin ? words.admin.demoted : words.admin.promoted)}>
            {isAdmin ? words.admin.demote : words.admin.promote}
          </Button>
        )}
      </div>
    </section>
  );
}

function Delete({ user, onChange }: ChangeProps) {
  const words = useAccountWords();
  const recently = useRecently();
  const name = nameOf(user);
  const check = (fields: Fields) =>
    fields("typed").trim().toLowerCase() === name.toLowerCase() ? null : { name: "typed", text: words.admin.removeMismatch };
  const done = (changed: ManagedUser) => {
    announce(words.admin.removed, { shown: true });
    onChange(changed);
  };
  return (
    <section className="account-part">
      <h3>{words.admin.remove}</h3>
      <p className="soft">{words.admin.removeLead}</p>
      <AccountForm tone="alarm" submit={words.admin.remove} check={check} send={() => recently(() => deleteUser(user.user_id))} onDone={done}>
        <Field label={words.admin.removeTyped(name)} name="typed" autoComplete="off" autoCapitalize="none" spellCheck={false} dir="ltr" />
      </AccountForm>
    </section>
  );
}
