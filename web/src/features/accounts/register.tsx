/** /register and /verify: a new account, which begins with a code by mail. */
import { useEffect, useState } from "react";
import { goTo } from "../../lib/address";
import { announce } from "../../lib/announce";
import { createStore, useStore } from "../../lib/store";
import { useLanguage } from "../../lib/words";
import { useAccountWords } from "./account-words";
import { countFiles, register, verifyEmail, type AuthSession, type Registration } from "./api";
import { Card } from "./card";
import { CodeBoxes, isComplete } from "./code-boxes";
import { CodeForm } from "./code-form";
import { AccountForm, EmailField, Field, PasswordField, type Fields } from "./form";
import { fromFragment } from "./fragment";
import { PlaceLink } from "../../ui/place-link";
import { Providers } from "./providers";

/** The registration that waits for its code. In memory alone, since a password is in it. */
const waiting = createStore<{ asked: Registration; verification_token: string } | null>(null);

async function ask(asked: Registration): Promise<void> {
  const { verification_token } = await register(asked);
  waiting.set({ asked, verification_token });
}

export interface RegisterProps {
  auth: AuthSession;
  onSignedIn: (session: AuthSession) => void;
}

export function Register({ auth }: { auth: AuthSession }) {
  const words = useAccountWords();
  const language = useLanguage();
  const files = useGuestFiles(auth.user?.kind === "guest");
  const [keepsFiles, setKeepsFiles] = useState(true);
  if (auth.sign_up !== "open") return <Card title={words.register.title} lead={words.register.closed} below={<KnownLink />} />;

  const registrationOf = (fields: Fields): Registration => ({
    email: fields("email").trim(),
    password: fields("password"),
    name: fields("name").trim() || null,
    language,
    keep_guest: keepsFiles,
  });
  return (
    <Card title={words.register.title} lead={words.register.lead} below={<KnownLink />}>
      <AccountForm focused submit={words.register.submit} send={(fields) => ask(registrationOf(fields))} onDone={() => goTo("/verify")}>
        <EmailField />
        <PasswordField isNew label={words.fields.password} />
        <Field label={words.fields.name} name="name" autoComplete="name" required={false} maxLength={100} />
        {files !== 0 && <KeepFiles count={files} checked={keepsFiles} onChange={setKeepsFiles} />}
      </AccountForm>
      {auth.providers.length > 0 && (
        <div className="account-providers">
          <p className="soft">{words.signIn.or}</p>
          <Providers auth={auth} keepsGuest={keepsFiles} />
        </div>
      )}
    </Card>
  );
}

function KnownLink() {
  const words = useAccountWords();
  return (
    <p>
      {words.register.known} <PlaceLink to="/sign-in">{words.top.signIn}</PlaceLink>
    </p>
  );
}

interface KeepFilesProps {
  count: number | null;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function KeepFiles({ count, checked, onChange }: KeepFilesProps) {
  const words = useAccountWords();
  return (
    <label className="account-check">
      <input type="checkbox" checked={checked} aria-describedby="account-keep" onChange={(event) => onChange(event.target.checked)} />
      <span>
        {words.register.keep(count ?? 0)}
        <small id="account-keep" className="soft">
          {words.register.keepHint}
        </small>
      </span>
    </label>
  );
}

/** How many files this browser has as a guest; null if they are too many to count, or cannot be counted. */
function useGuestFiles(isGuest: boolean): number | null {
  const [count, setCount] = useState<number | null>(0);
  useEffect(() => {
    if (!isGuest) return;
    countFiles().then(setCount, () => setCount(null));
  }, [isGuest]);
  return count;
}

export function Verify({ auth, onSignedIn }: RegisterProps) {
  const words = useAccountWords();
  const [token] = useState(() => fromFragment());
  const registration = useStore(waiting);
  const onDone = (session: AuthSession) => {
    waiting.set(null);
    announce(words.verify.done, { shown: true });
    onSignedIn(session);
  };
  if (token) return <VerifyByLink token={token} onDone={onDone} />;
  if (!registration) return <VerifyAnew onDone={onDone} />;

  const { asked, verification_token } = registration;
  return (
    <Card title={words.code.title} lead={words.code.lead(asked.email)} below={<PlaceLink to="/register">{words.code.otherAddress}</PlaceLink>}>
      <CodeForm
        submit={words.verify.submit}
        send={(code) => verifyEmail({ email: asked.email, code, verification_token })}
        again={() => ask(asked)}
        onDone={onDone}
        hasMailPage={auth.mail_page}
      />
    </Card>
  );
}

interface DoneProps {
  onDone: (session: AuthSession) => void;
}

/** The link alone lets nobody in: whoever reads the mail may not be who chose the password. */
function VerifyByLink({ token, onDone }: DoneProps & { token: string }) {
  const words = useAccountWords();
  return (
    <Card title={words.verify.title} lead={words.verify.byLinkLead} below={<PlaceLink to="/sign-in">{words.top.signIn}</PlaceLink>}>
      <AccountForm focused submit={words.verify.submit} send={(fields) => verifyEmail({ token, password: fields("password") })} onDone={onDone}>
        <PasswordField />
      </AccountForm>
    </Card>
  );
}

/** After a reload, the page no longer knows who registered. */
function VerifyAnew({ onDone }: DoneProps) {
  const words = useAccountWords();
  const check = (fields: Fields) => (isComplete(fields("code")) ? null : { name: "code", text: words.fields.incomplete });
  return (
    <Card title={words.verify.title} lead={words.verify.anew} below={<PlaceLink to="/register">{words.top.register}</PlaceLink>}>
      <AccountForm focused submit={words.verify.submit} check={check} send={verifyTyped} onDone={onDone}>
        <EmailField />
        <PasswordField />
        <CodeBoxes />
      </AccountForm>
    </Card>
  );
}

function verifyTyped(fields: Fields): Promise<AuthSession> {
  return verifyEmail({ email: fields("email").trim(), code: fields("code"), password: fields("password") });
}
