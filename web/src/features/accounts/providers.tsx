/** Buttons of the identity providers that are set up here. */
import { useAccountWords } from "./account-words";
import { startAtProvider, type AuthSession } from "./api";
import { AccountForm } from "./form";
import { nextAddress } from "./next-address";

export function Providers({ auth }: { auth: AuthSession }) {
  const words = useAccountWords();
  if (auth.providers.length === 0) return null;
  return (
    <div className="account-providers">
      <p className="soft">{words.signIn.or}</p>
      {auth.providers.map((provider) => (
        <AccountForm
          key={provider}
          tone="plain"
          submit={words.signIn.provider(auth.provider_labels[provider] ?? provider)}
          send={() => startAtProvider(provider, nextAddress())}
          onDone={({ url }) => location.assign(url)}
        />
      ))}
    </div>
  );
}
