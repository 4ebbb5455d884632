/** What the account's files take up. */
import { useEffect, useState } from "react";
import { locale } from "../../../lib/words";
import { useAccountWords } from "../account-words";
import { getQuota, type Quota } from "../api";

export function Storage() {
  const words = useAccountWords();
  /** Undefined until the answer. */
  const [quota, setQuota] = useState<Quota | null | undefined>();
  useEffect(() => {
    getQuota().then(setQuota, () => setQuota(null));
  }, []);
  if (quota === undefined) return null;
  const { max_bytes = null, left_bytes = null, max_files = null, left_files = null } = quota ?? {};
  const isLimited = max_bytes !== null || max_files !== null;
  return (
    <section className="account-part">
      <h3>{words.account.tabs.storage}</h3>
      <p className="soft">{isLimited ? words.account.storageLead : words.account.unlimited}</p>
      {max_bytes !== null && (
        <UsageBar
          used={max_bytes - (left_bytes ?? 0)}
          most={max_bytes}
          text={words.account.used(locale.bytes(max_bytes - (left_bytes ?? 0)), locale.limit(max_bytes))}
        />
      )}
      {max_files !== null && (
        <UsageBar
          used={max_files - (left_files ?? 0)}
          most={max_files}
          text={words.account.filesUsed(max_files - (left_files ?? 0), max_files)}
        />
      )}
    </section>
  );
}

function UsageBar({ used, most, text }: { used: number; most: number; text: string }) {
  return (
    <div className="account-meter">
      <p>{text}</p>
      <meter min={0} max={most} value={used} aria-label={text} />
    </div>
  );
}
