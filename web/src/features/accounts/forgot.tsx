/** /forgot and /reset: a new password, by a mailed code or link. */
import { useState } from "react";
import { goTo } from "../../lib/address";
import { announce } from "../../lib/announce";
import { useLanguage } from "../../lib/words";
import { useAccountWords } from "./account-words";
import { forgotPassword, resetPassword } from "./api";
import { Card } from "./card";
import { CodeBoxes, isComplete } from "./code-boxes";
import { AccountForm, EmailField, PasswordField, type Fields } from "./form";
import { fromFragment } from "./fragment";
import { PlaceLink } from "../../ui/place-link";

/** The address that was asked for, for the next view. */
let asked = "";

function toReset(email: string): void {
  asked = email;
  goTo("/reset");
}

export function Forgot({ hasMailPage }: { hasMailPage: boolean }) {
  const words = useAccountWords();
  const language = useLanguage();
  const send = async (fields: Fields) => {
    const email = fields("email").trim();
    await forgotPassword(email, language);
    return email;
  };
  return (
    <Card title={words.forgot.title} lead={words.forgot.lead} below={<Below hasMailPage={hasMailPage} />}>
      <AccountForm focused submit={words.forgot.submit} send={send} onDone={toReset}>
        <EmailField />
      </AccountForm>
    </Card>
  );
}

/** `onReset`: every session has ended. */
export function Reset({ hasMailPage, onReset }: { hasMailPage: boolean; onReset: () => void }) {
  const words = useAccountWords();
  const [token] = useState(() => fromFragment());
  const check = (fields: Fields) =>
    token || isComplete(fields("code")) ? null : { name: "code", text: words.fields.incomplete };
  const send = (fields: Fields) =>
    resetPassword({
      ...(token ? { token } : { email: fields("email").trim(), code: fields("code") }),
      password: fields("password"),
    });
  const onDone = () => {
    announce(words.forgot.done, { shown: true });
    onReset();
  };
  return (
    <Card
      title={words.forgot.resetTitle}
      lead={`${asked ? words.code.lead(asked) : ""} ${words.forgot.resetLead}`.trim()}
      below={<Below hasMailPage={hasMailPage} />}
    >
      <AccountForm focused submit={words.forgot.resetSubmit} check={check} send={send} onDone={onDone}>
        {!token && <EmailField defaultValue={asked} />}
        {!token && <CodeBoxes />}
        <PasswordField isNew />
      </AccountForm>
    </Card>
  );
}

function Below({ hasMailPage }: { hasMailPage: boolean }) {
  const words = useAccountWords();
  return (
    <>
      <PlaceLink to="/sign-in">{words.top.signIn}</PlaceLink>
      {hasMailPage && (
        <a href="/dev/mail" target="_blank" rel="noreferrer">
          {words.code.mails}
        </a>
      )}
    </>
  );
}
