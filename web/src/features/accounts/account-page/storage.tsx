/** What the account's files take up. */
import { useAccountWords } from "../account-words";
import { isLimited, Usage } from "../usage";
import { useQuota } from "../use-quota";

export function Storage() {
  const words = useAccountWords();
  const { quota } = useQuota();
  if (quota === undefined) return null;
  return (
    <section className="account-part">
      <h3>{words.account.tabs.storage}</h3>
      <p className="soft">{isLimited(quota) ? words.account.storageLead : words.account.unlimited}</p>
      {quota && <Usage quota={quota} />}
    </section>
  );
}
