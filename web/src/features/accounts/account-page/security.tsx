/** How one signs in: the password, the address, passkeys and providers. */
import { useState } from "react";
import { announce } from "../../../lib/announce";
import { useAccountWords } from "../account-words";
import { askForEmail, setPassword, verifyNewEmail, type AuthSession, type User } from "../api";
import { askAuth, setAuth } from "../auth-state";
import { CodeForm } from "../code-form";
import { AccountForm, EmailField, PasswordField, type Fields } from "../form";
import { Activity } from "./activity";
import { Identities } from "./identities";
import { Passkeys } from "./passkeys";
import { useRecently } from "./recent-sign-in";

export interface SecurityProps {
  auth: AuthSession;
  user: User;
}

export function Security(props: SecurityProps) {
  return (
    <>
      <Password user={props.user} />
      <Email {...props} />
      {props.auth.passkeys && <Passkeys />}
      {props.auth.providers.length > 0 && <Identities auth={props.auth} />}
      <Activity labels={props.auth.provider_labels} />
    </>
  );
}

function Password({ user }: { user: User }) {
  const words = useAccountWords();
  const recently = useRecently();
  const done = (_: void, form: HTMLFormElement) => {
    form.reset();
    announce(words.account.passwordSet, { shown: true });
    void askAuth();
  };
  return (
    <section className="account-part">
      <h3>{words.account.password}</h3>
      <p className="soft">{user.has_password ? words.account.passwordLead : words.account.noPassword}</p>
      <AccountForm tone="plain" submit={words.account.setPassword} send={(fields) => recently(() => setPassword(fields("password")))} onDone={done}>
        {/* For password managers: whose password it is. */}
        <input hidden name="username" autoComplete="username" value={user.email ?? ""} readOnly />
        <PasswordField isNew />
      </AccountForm>
    </section>
  );
}

function Email({ user, auth }: SecurityProps) {
  const words = useAccountWords();
  const recently = useRecently();
  const [asked, setAsked] = useState<string | null>(null);
  const ask = async (email: string) => {
    await recently(() => askForEmail(email));
    return email;
  };
  const done = (session: AuthSession) => {
    setAsked(null);
    setAuth(session);
    announce(words.account.emailChanged, { shown: true });
  };
  return (
    <section className="account-part">
      <h3>{words.account.email}</h3>
      <p className="soft">{asked === null ? words.account.emailNow(user.email ?? "") : words.account.emailSent(asked)}</p>
      {asked === null ? (
        <AccountForm tone="plain" submit={words.account.changeEmail} send={(fields: Fields) => ask(fields("email").trim())} onDone={setAsked}>
          <EmailField label={words.account.newEmail} autoComplete="email" />
        </AccountForm>
      ) : (
        <CodeForm
          submit={words.verify.submit}
          send={(code) => verifyNewEmail(asked, code)}
          again={() => ask(asked)}
          onDone={done}
          hasMailPage={auth.mail_page}
        />
      )}
    </section>
  );
}
