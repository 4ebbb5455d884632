/** Name, the language of mails, and the pictures. */
import { announce } from "../../../lib/announce";
import { LANGUAGES, useLanguage } from "../../../lib/words";
import { useAccountWords } from "../account-words";
import { editAccount, type User } from "../api";
import { askAuth } from "../auth-state";
import { AccountForm, Field } from "../form";
import { Pictures } from "./pictures";
import { SelectField } from "./select-field";

export function Profile({ user }: { user: User }) {
  const words = useAccountWords();
  const language = useLanguage();
  const saved = () => {
    announce(words.form.saved, { shown: true });
    void askAuth();
  };
  return (
    <>
      <AccountForm
        submit={words.form.save}
        send={(fields) => editAccount({ name: fields("name").trim() || null, language: fields("language") })}
        onDone={saved}
      >
        <Field label={words.fields.name} name="name" autoComplete="name" required={false} maxLength={100} defaultValue={user.name ?? ""} dir="auto" />
        <SelectField label={words.account.language} name="language" defaultValue={user.language ?? language} options={LANGUAGES} />
      </AccountForm>
      <Pictures user={user} />
    </>
  );
}
