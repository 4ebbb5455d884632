/** /sign-in: by password, by a mailed code or link, by a passkey, by a provider, or without an account. */
import { useState } from "react";
import { useLanguage } from "../../lib/words";
import { Button } from "../../ui/button";
import { useAccountWords } from "./account-words";
import { sendCode, signIn, signInByCode, startAsGuest, type AuthSession } from "./api";
import { Card } from "./card";
import { CodeForm } from "./code-form";
import { AccountForm, EmailField, PasswordField } from "./form";
import { fromFragment } from "./fragment";
import { signInByPasskey } from "./passkeys/api";
import { offersPasskeys, PasskeyButton } from "./passkeys/passkey-button";
import { PlaceLink } from "../../ui/place-link";
import { FailedAtProvider, Providers } from "./providers";

export interface SignInProps {
  auth: AuthSession;
  onSignedIn: (session: AuthSession) => void;
}

export function SignIn(props: SignInProps) {
  const [byMail, setByMail] = useState<string | null>(null);
  const [token] = useState(() => fromFragment("token"));
  if (token) return <ByLink {...props} token={token} />;
  if (byMail !== null) return <ByCode {...props} email={byMail} onBack={() => setByMail(null)} />;
  return <ByPassword {...props} onCode={setByMail} />;
}

function ByPassword({ auth, onSignedIn, onCode }: SignInProps & { onCode: (email: string) => void }) {
  const words = useAccountWords();
  const language = useLanguage();
  const [asksCode, setAsksCode] = useState(false);
  const [email, setEmail] = useState("");
  const emailField = <EmailField defaultValue={email} onChange={(event) => setEmail(event.target.value)} />;
  return (
    <Card title={words.signIn.title} lead={words.signIn.lead}>
      <FailedAtProvider />
      {asksCode ? (
        <AccountForm
          focused
          submit={words.forgot.submit}
          send={async (fields) => (await sendCode(fields("email"), language)).email}
          onDone={onCode}
        >
          {emailField}
        </AccountForm>
      ) : (
        <AccountForm focused submit={words.signIn.submit} send={(fields) => signIn(fields("email"), fields("password"))} onDone={onSignedIn}>
          {emailField}
          <PasswordField />
        </AccountForm>
      )}
      <div className="account-below">
        <Button className="button-small" onClick={() => setAsksCode(!asksCode)}>
          {asksCode ? words.signIn.usePassword : words.signIn.sendCode}
        </Button>
        <PlaceLink to="/forgot">{words.signIn.forgot}</PlaceLink>
      </div>
      <OtherWays auth={auth} onSignedIn={onSignedIn} />
      <div className="account-foot">
        {auth.sign_up === "open" && (
          <p>
            {words.signIn.isNew} <PlaceLink to="/register">{words.top.register}</PlaceLink>
          </p>
        )}
        {auth.guests !== "off" && <AsGuest auth={auth} onSignedIn={onSignedIn} />}
      </div>
    </Card>
  );
}

function OtherWays({ auth, onSignedIn }: SignInProps) {
  const words = useAccountWords();
  const isPasskeyOffered = offersPasskeys(auth);
  if (!isPasskeyOffered && auth.providers.length === 0) return null;
  return (
    <div className="account-providers">
      <p className="soft">{words.signIn.or}</p>
      {isPasskeyOffered && <PasskeyButton submit={words.passkeys.signIn} send={signInByPasskey} onDone={onSignedIn} />}
      <Providers auth={auth} />
    </div>
  );
}

/** Whoever is a guest already just goes back to their files. */
function AsGuest({ auth, onSignedIn }: SignInProps) {
  const words = useAccountWords();
  if (auth.user?.kind === "guest") return <PlaceLink to="/">{words.signIn.asGuest}</PlaceLink>;
  return <AccountForm tone="plain" submit={words.signIn.asGuest} send={startAsGuest} onDone={onSignedIn} />;
}

function ByCode({ auth, onSignedIn, email, onBack }: SignInProps & { email: string; onBack: () => void }) {
  const words = useAccountWords();
  const language = useLanguage();
  return (
    <Card
      title={words.code.title}
      lead={words.code.lead(email)}
      below={
        <button type="button" className="account-link" onClick={onBack}>
          {words.code.otherAddress}
        </button>
      }
    >
      <CodeForm
        submit={words.signIn.submit}
        send={(code) => signInByCode({ email, code })}
        again={() => sendCode(email, language)}
        onDone={onSignedIn}
        hasMailPage={auth.mail_page}
      />
    </Card>
  );
}

/** Programs that check mails open links too: only the button signs in. */
function ByLink({ onSignedIn, token }: SignInProps & { token: string }) {
  const words = useAccountWords();
  return (
    <Card
      title={words.signIn.byLink}
      lead={words.signIn.byLinkLead}
      below={<PlaceLink to="/sign-in">{words.signIn.usePassword}</PlaceLink>}
    >
      <AccountForm submit={words.signIn.submit} send={() => signInByCode({ token })} onDone={onSignedIn} />
    </Card>
  );
}
