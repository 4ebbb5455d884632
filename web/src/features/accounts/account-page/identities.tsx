/** The identity providers that sign the person in: link another, or unlink one. */
import { Button } from "../../../ui/button";
import { useAccountWords } from "../account-words";
import { linkProvider, listIdentities, unlinkProvider, type AuthSession } from "../api";
import { FailedAtProvider } from "../providers";
import { useRecently } from "./recent-sign-in";
import { useList } from "./use-list";

export function Identities({ auth: { providers, provider_labels } }: { auth: AuthSession }) {
  const words = useAccountWords();
  const recently = useRecently();
  const identities = useList(listIdentities);
  if (identities.items === null) return null;
  const link = async (provider: string) => {
    const { url } = await recently(() => linkProvider(provider));
    location.assign(url);
  };
  return (
    <section className="account-part">
      <h3>{words.account.identities}</h3>
      <FailedAtProvider />
      <ul className="account-list">
        {providers.map((provider) => {
          const label = provider_labels[provider] ?? provider;
          const identity = identities.items?.find((one) => one.provider === provider);
          return (
            <li key={provider}>
              <div>
                <p>{label}</p>
                {identity?.email && (
                  <p className="soft">
                    <bdi>{identity.email}</bdi>
                  </p>
                )}
              </div>
              {identity ? (
                <Button
                  className="button-small"
                  onClick={() => void identities.change(() => recently(() => unlinkProvider(provider)), words.account.unlinked)}
                >
                  {words.account.unlink(label)}
                </Button>
              ) : (
                <Button className="button-small" onClick={() => void identities.change(() => link(provider))}>
                  {words.account.link(label)}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
