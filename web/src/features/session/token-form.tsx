/** Asks for an access token if the service needs one. The page never stores it: see api.ts. */
import { useId, useState, type FormEvent } from "react";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";
import "../../ui/card.css";
import "./token-form.css";

export interface TokenFormProps {
  refused: boolean;
  onEnter: (token: string) => void;
}

export function TokenForm({ refused, onEnter }: TokenFormProps) {
  const [token, setToken] = useState("");
  const fieldId = useId();
  const refusedId = useId();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim()) onEnter(token.trim());
  };

  return (
    <form className="card token-form" onSubmit={submit}>
      <h2>{words.session.title}</h2>
      <p className="soft">{words.session.lead}</p>
      <label htmlFor={fieldId}>{words.session.field}</label>
      <input
        id={fieldId}
        className="field"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        value={token}
        aria-invalid={refused}
        aria-describedby={refused ? refusedId : undefined}
        onChange={(event) => setToken(event.target.value)}
      />
      {refused && (
        <p id={refusedId} className="token-refused">
          {words.session.refused}
        </p>
      )}
      <Button tone="primary" type="submit">
        {words.session.enter}
      </Button>
    </form>
  );
}
