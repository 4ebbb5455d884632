/** How much of the quota is used, as bars with words. */
import { locale } from "../../lib/words";
import { useAccountWords } from "./account-words";
import type { Quota } from "./api";
import "./usage.css";

/** From this share on, the bar has the colour of alarms. */
const NEARLY_FULL = 0.9;

/** A bar for each limit. */
export function Usage({ quota }: { quota: Quota }) {
  const words = useAccountWords();
  const { max_bytes, left_bytes, max_files, left_files } = quota;
  return (
    <>
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
    </>
  );
}

function UsageBar({ used, most, text }: { used: number; most: number; text: string }) {
  return (
    <div className="usage">
      <p>{text}</p>
      <meter min={0} max={most} high={most * NEARLY_FULL} value={used} aria-label={text} />
    </div>
  );
}

/** A line below the name in the top bar. The menu says the same in words. */
export function UsageLine({ quota }: { quota: Quota }) {
  const share = usedShare(quota);
  return (
    <span className="usage-line" aria-hidden="true" data-full={share >= NEARLY_FULL || undefined}>
      <span style={{ inlineSize: `${Math.min(100, share * 100)}%` }} />
    </span>
  );
}

export function isLimited(quota: Quota | null): quota is Quota {
  return quota !== null && (quota.max_bytes !== null || quota.max_files !== null);
}

/** The share of whichever limit is nearer to its end, from 0 to 1. */
function usedShare({ max_bytes, left_bytes, max_files, left_files }: Quota): number {
  return Math.max(shareOf(max_bytes, left_bytes), shareOf(max_files, left_files));
}

function shareOf(most: number | null, left: number | null): number {
  return most ? 1 - (left ?? 0) / most : 0;
}
