/** Deletes the account, after its address is typed again. */
import { goTo } from "../../../lib/address";
import { announce } from "../../../lib/announce";
import { useAccountWords } from "../account-words";
import { leaveForGood, type User } from "../api";
import { setAuth } from "../auth-state";
import { AccountForm, EmailField, type Fields } from "../form";
import { useRecently } from "./recent-sign-in";

export interface LeavingProps {
  user: User;
  onChange: () => void;
}

export function Leaving({ user, onChange }: LeavingProps) {
  const words = useAccountWords();
  const recently = useRecently();
  const own = user.email ?? "";
  const check = (fields: Fields) =>
    fields("email").trim().toLowerCase() === own ? null : { name: "email", text: words.account.deleteMismatch };
  const done = () => {
    announce(words.account.deleted, { shown: true });
    setAuth(null);
    goTo("/", { replace: true });
    onChange();
  };
  return (
    <section className="account-part">
      <h3>{words.account.deleteSubmit}</h3>
      <p>{words.account.deleteLead}</p>
      <AccountForm tone="alarm" submit={words.account.deleteSubmit} check={check} send={() => recently(() => leaveForGood(own))} onDone={done}>
        <EmailField label={words.account.deleteTyped(own)} autoComplete="off" />
      </AccountForm>
    </section>
  );
}
