/** /link: a terminal asks to act for the person, who allows or refuses it. The address alone never does. */
import { useEffect, useState } from "react";
import { asApiError, type ApiError } from "../../lib/api-error";
import { words as pageWords } from "../../lib/words";
import { Button } from "../../ui/button";
import { problemIn, useAccountWords } from "./account-words";
import { answerTerminal, getTerminal, type WaitingTerminal } from "./api";
import { Card } from "./card";
import { AccountForm, Field, problemText } from "./form";
import { fromFragment } from "./fragment";
import { PlaceLink } from "../../ui/place-link";
import { ScopeList } from "./scope-list";

export default function TerminalLink() {
  const words = useAccountWords();
  const [terminal, setTerminal] = useState<WaitingTerminal | null>(null);
  const [outcome, setOutcome] = useState<"allowed" | "refused" | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [code] = useState(() => fromFragment() ?? "");

  useEffect(() => {
    if (code === "") return;
    getTerminal(code).then(setTerminal, (error: unknown) => setFailure(asApiError(error)));
  }, [code]);

  if (outcome) {
    const back = <PlaceLink to="/">{pageWords.page.back}</PlaceLink>;
    return <Card title={words.link.title} lead={<span role="alert">{words.link[outcome]}</span>} below={back} />;
  }
  if (terminal) return <Question terminal={terminal} onDone={setOutcome} />;
  if (code !== "" && !failure) return null;
  return (
    <Card title={words.link.title} lead={words.link.ask}>
      {failure && (
        <p className="account-error" role="alert">
          {problemText(problemIn(words, failure))}
        </p>
      )}
      <AccountForm focused submit={words.link.find} send={(fields) => getTerminal(fields("user_code"))} onDone={setTerminal}>
        <Field label={words.link.field} name="user_code" autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={20} dir="ltr" />
      </AccountForm>
    </Card>
  );
}

function Question({ terminal, onDone }: { terminal: WaitingTerminal; onDone: (outcome: "allowed" | "refused") => void }) {
  const words = useAccountWords();
  const refuse = <RefuseButton user_code={terminal.user_code} onDone={() => onDone("refused")} />;
  return (
    <Card title={words.link.question} lead={words.link.warning}>
      <dl className="account-facts">
        <dt>{words.link.code}</dt>
        <dd className="account-code">
          <bdi dir="ltr">{terminal.user_code}</bdi>
        </dd>
        <dt>{words.link.name}</dt>
        <dd dir="auto">{terminal.name}</dd>
        {terminal.network && (
          <>
            <dt>{words.link.network}</dt>
            <dd>
              <bdi dir="ltr">{terminal.network}</bdi>
            </dd>
          </>
        )}
        <dt>{words.link.scopes}</dt>
        <dd>
          <ScopeList scopes={terminal.scopes} />
        </dd>
      </dl>
      <AccountForm submit={words.link.allow} send={() => answerTerminal(terminal.user_code, true)} onDone={() => onDone("allowed")} aside={refuse} />
    </Card>
  );
}

function RefuseButton({ user_code, onDone }: { user_code: string; onDone: () => void }) {
  const words = useAccountWords();
  const [busy, setBusy] = useState(false);
  const refuse = () => {
    setBusy(true);
    // Over or answered already: the terminal gets nothing either way.
    answerTerminal(user_code, false).then(onDone, onDone);
  };
  return (
    <Button aria-disabled={busy} onClick={refuse}>
      {words.link.refuse}
    </Button>
  );
}
