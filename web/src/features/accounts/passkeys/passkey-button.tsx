/** The button that asks for a passkey; at an IP address, the way to where passkeys work. */
import { useAccountWords } from "../account-words";
import type { AuthSession } from "../api";
import { AccountForm } from "../form";
import { hasPasskeys, localhostAddress } from "./authenticator";

export interface PasskeyButtonProps<T> {
  submit: string;
  send: () => Promise<T>;
  onDone: (answer: T) => void;
}

/** Returns whether there is something to show about passkeys. */
export function offersPasskeys({ passkeys }: AuthSession): boolean {
  return passkeys && hasPasskeys();
}

export function PasskeyButton<T>({ submit, send, onDone }: PasskeyButtonProps<T>) {
  if (localhostAddress()) return <AtLocalhost />;
  return <AccountForm tone="plain" submit={submit} send={send} onDone={onDone} />;
}

export function AtLocalhost() {
  const words = useAccountWords();
  const address = localhostAddress();
  return address ? (
    <p className="soft">
      {words.passkeys.needsName}{" "}
      <a className="account-link" href={address}>
        {words.passkeys.atLocalhost}
      </a>
    </p>
  ) : null;
}
