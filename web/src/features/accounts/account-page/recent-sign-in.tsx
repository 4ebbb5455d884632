/** Asks who it is before a change that only a recent sign-in may make, then makes the change. */
import { createContext, useContext, useState, type ReactNode } from "react";
import { asApiError } from "../../../lib/api-error";
import { words as pageWords } from "../../../lib/words";
import { Dialog } from "../../../ui/dialog";
import { useAccountWords } from "../account-words";
import { reauthenticate, sendOwnCode, type AuthSession, type User } from "../api";
import { setAuth } from "../auth-state";
import { CodeForm } from "../code-form";
import { AccountForm, PasswordField } from "../form";
import { confirmByPasskey } from "../passkeys/api";
import { offersPasskeys, PasskeyButton } from "../passkeys/passkey-button";

type Recently = <T>(change: () => Promise<T>) => Promise<T>;

const RecentContext = createContext<Recently>((change) => change());

/** Returns a function that makes a change, after asking who it is if the service wants to know. */
export function useRecently(): Recently {
  return useContext(RecentContext);
}

interface Waiting {
  goOn: () => void;
  giveUp: () => void;
}

export function RecentSignIn({ user, auth, children }: { user: User; auth: AuthSession; children: ReactNode }) {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [recently] = useState(
    (): Recently => async (change) => {
      try {
        return await change();
      } catch (error) {
        if (asApiError(error).code !== "reauthentication_needed") throw error;
        await new Promise<void>((resolve, reject) => setWaiting({ goOn: resolve, giveUp: () => reject(error) }));
        return change();
      }
    },
  );
  const end = (how: "goOn" | "giveUp") => {
    setWaiting(null);
    waiting?.[how]();
  };
  return (
    <RecentContext value={recently}>
      {children}
      {waiting && <Question user={user} auth={auth} onDone={() => end("goOn")} onClose={() => end("giveUp")} />}
    </RecentContext>
  );
}

async function confirm(proof: { password: string } | { code: string }): Promise<void> {
  setAuth(await reauthenticate(proof));
}

async function confirmWithPasskey(): Promise<void> {
  setAuth(await confirmByPasskey());
}

interface QuestionProps {
  user: User;
  auth: AuthSession;
  onDone: () => void;
  onClose: () => void;
}

function Question({ user, auth, onDone, onClose }: QuestionProps) {
  const words = useAccountWords();
  const [byCode, setByCode] = useState(false);
  return (
    <Dialog title={words.recent.title} closeLabel={pageWords.add.close} onClose={onClose}>
      <div className="account-question">
        <p className="soft">{byCode ? words.recent.sent(user.email ?? "") : words.recent.lead}</p>
        {byCode ? (
          <CodeForm
            submit={words.recent.submit}
            send={(code) => confirm({ code })}
            again={sendOwnCode}
            onDone={onDone}
            hasMailPage={auth.mail_page}
          />
        ) : user.has_password ? (
          <AccountForm focused submit={words.recent.submit} send={(fields) => confirm({ password: fields("password") })} onDone={onDone}>
            <PasswordField />
          </AccountForm>
        ) : (
          <AccountForm submit={words.recent.sendCode} send={sendOwnCode} onDone={() => setByCode(true)} />
        )}
        {user.has_passkeys && offersPasskeys(auth) && (
          <PasskeyButton submit={words.passkeys.confirm} send={confirmWithPasskey} onDone={onDone} />
        )}
      </div>
    </Dialog>
  );
}
