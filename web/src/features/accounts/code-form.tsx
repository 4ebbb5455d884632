/** The code of a mail: six boxes, and a new code after a minute. */
import { useState } from "react";
import { announce } from "../../lib/announce";
import { asApiError } from "../../lib/api-error";
import { Button } from "../../ui/button";
import { problemIn, useAccountWords } from "./account-words";
import { CodeBoxes, isComplete } from "./code-boxes";
import { AccountForm, type Fields } from "./form";
import { useCountdown } from "./use-submission";

/** As the service has it: BETWEEN_MAILS. */
const BETWEEN_MAILS_MS = 60_000;

export interface CodeFormProps<T> {
  submit: string;
  /** Mail another code. */
  again: () => Promise<unknown>;
  send: (code: string, fields: Fields) => Promise<T>;
  onDone: (answer: T) => void;
  /** Mails are shown by this machine and not sent. */
  hasMailPage: boolean;
}

export function CodeForm<T>({ submit, again, send, onDone, hasMailPage }: CodeFormProps<T>) {
  const words = useAccountWords();
  const check = (fields: Fields) => (isComplete(fields("code")) ? null : { name: "code", text: words.fields.incomplete });
  return (
    <>
      <AccountForm focused submit={submit} check={check} send={(fields) => send(fields("code"), fields)} onDone={onDone}>
        <CodeBoxes />
      </AccountForm>
      <div className="account-below">
        <SendAgain again={again} />
        {hasMailPage && (
          <a href="/dev/mail" target="_blank" rel="noreferrer">
            {words.code.mails}
          </a>
        )}
      </div>
    </>
  );
}

function SendAgain({ again }: { again: () => Promise<unknown> }) {
  const words = useAccountWords();
  const [next, setNext] = useState(() => Date.now() + BETWEEN_MAILS_MS);
  const wait = useCountdown(next);

  const sendAgain = async () => {
    setNext(Date.now() + BETWEEN_MAILS_MS);
    try {
      await again();
      announce(words.code.sent, { shown: true });
    } catch (error) {
      const problem = asApiError(error);
      setNext(Date.now() + (problem.retry_after ?? 1) * 1000);
      announce(problemIn(words, problem).detail, { shown: true });
    }
  };

  return (
    <Button className="button-small" aria-disabled={wait > 0} onClick={() => wait === 0 && void sendAgain()}>
      {wait > 0 ? words.code.againIn(wait) : words.code.again}
    </Button>
  );
}
