/** Buttons of the identity providers that are set up here, and what went wrong at one. */
import { useState } from "react";
import { problemOf, useAccountWords } from "./account-words";
import { startAtProvider, type AuthSession } from "./api";
import { AccountForm, problemText } from "./form";
import { fromFragment } from "./fragment";
import { nextAddress } from "./next-address";

export interface ProvidersProps {
  auth: AuthSession;
  /** Whether a new account takes over the files that this browser has as a guest. */
  keepsGuest?: boolean;
}

export function Providers({ auth, keepsGuest = true }: ProvidersProps) {
  const words = useAccountWords();
  return auth.providers.map((provider) => (
    <AccountForm
      key={provider}
      tone="plain"
      submit={words.signIn.provider(auth.provider_labels[provider] ?? provider)}
      send={() => startAtProvider(provider, nextAddress(), keepsGuest)}
      onDone={({ url }) => location.assign(url)}
    />
  ));
}

/** The service leads back to `/sign-in#problem=<code>`. */
export function FailedAtProvider() {
  const words = useAccountWords();
  const [code] = useState(() => fromFragment("problem"));
  const problem = code === null ? null : (problemOf(words, code) ?? problemOf(words, "sign_in_failed"));
  return problem ? (
    <p className="account-error" role="alert">
      {problemText(problem)}
    </p>
  ) : null;
}
