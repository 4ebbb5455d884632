/** The passkeys of the account: add one with a name, or remove one. */
import { announce } from "../../../lib/announce";
import { ago } from "../../../lib/format";
import { useNow } from "../../../lib/use-browser";
import { Button } from "../../../ui/button";
import { useAccountWords } from "../account-words";
import { askAuth } from "../auth-state";
import { AccountForm, Field, type Fields } from "../form";
import { addPasskey, listPasskeys, removePasskey, type Passkey } from "../passkeys/api";
import { hasPasskeys, localhostAddress } from "../passkeys/authenticator";
import { AtLocalhost } from "../passkeys/passkey-button";
import { browserOf } from "./browser-name";
import { useRecently } from "./recent-sign-in";
import { useList, type List } from "./use-list";

const MINUTE_MS = 60_000;

export function Passkeys() {
  const words = useAccountWords();
  const passkeys = useList(listPasskeys);
  return (
    <section className="account-part">
      <h3>{words.passkeys.title}</h3>
      <p className="soft">{words.passkeys.lead}</p>
      {passkeys.items?.length === 0 && <p>{words.passkeys.none}</p>}
      <ul className="account-list">
        {passkeys.items?.map((passkey) => (
          <PasskeyRow key={passkey.passkey_id} of={passkey} list={passkeys} />
        ))}
      </ul>
      {localhostAddress() ? <AtLocalhost /> : hasPasskeys() ? <Add list={passkeys} /> : <p>{words.passkeys.unsupported}</p>}
    </section>
  );
}

function PasskeyRow({ of: passkey, list }: { of: Passkey; list: List<Passkey> }) {
  const words = useAccountWords();
  const recently = useRecently();
  const now = useNow(MINUTE_MS);
  const remove = async () => {
    await recently(() => removePasskey(passkey.passkey_id));
    void askAuth();
  };
  return (
    <li>
      <div>
        <p dir="auto">{passkey.name}</p>
        <p className="soft">
          {passkey.last_used_at
            ? words.account.lastSeen(ago(passkey.last_used_at, now))
            : words.passkeys.created(ago(passkey.created_at, now))}
        </p>
      </div>
      <Button
        className="button-small"
        aria-label={words.passkeys.removeOne(passkey.name)}
        onClick={() => void list.change(remove, words.passkeys.removed)}
      >
        {words.passkeys.remove}
      </Button>
    </li>
  );
}

function Add({ list }: { list: List<Passkey> }) {
  const words = useAccountWords();
  const recently = useRecently();
  const done = () => {
    announce(words.passkeys.added, { shown: true });
    list.reload();
    void askAuth();
  };
  return (
    <AccountForm tone="plain" submit={words.passkeys.add} send={(fields: Fields) => recently(() => addPasskey(fields("name").trim()))} onDone={done}>
      <Field label={words.passkeys.name} name="name" required={false} maxLength={100} defaultValue={browserOf(navigator.userAgent) ?? ""} autoComplete="off" dir="auto" />
    </AccountForm>
  );
}
