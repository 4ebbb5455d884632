/** What the history view shows: the listens read so far, what to go on with, and whether a history is kept. */
import { useCallback, useEffect, useState } from "react";
import { announce } from "../../lib/announce";
import { asApiError, type ApiError } from "../../lib/api-error";
import { inWords } from "../../lib/problem-words";
import { clearHistory, readEnabled, readHistory, readUnfinished, removeListen, setEnabled, type Listen, type Unfinished } from "./api";

interface Shown {
  listens: readonly Listen[];
  /** Where the next page begins; null if there is none. */
  next: string | null;
  unfinished: readonly Unfinished[];
  enabled: boolean;
}

export interface History {
  /** Null until it is read. */
  shown: Shown | null;
  failure: ApiError | null;
  reload: () => void;
  // Each tells whether it worked; if not, it has said why.
  more: () => Promise<boolean>;
  remove: (listen: Listen) => Promise<boolean>;
  clear: () => Promise<boolean>;
  keep: (enabled: boolean) => Promise<boolean>;
}

export function useHistory(): History {
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const change = (by: (now: Shown) => Shown) => setShown((now) => now && by(now));

  const read = useCallback(() => {
    Promise.all([readHistory(null), readUnfinished(), readEnabled()]).then(
      ([page, unfinished, enabled]) => setShown({ listens: page.listens, next: page.next_cursor, unfinished, enabled }),
      (error: unknown) => setFailure(asApiError(error)),
    );
  }, []);
  useEffect(read, [read]);

  return {
    shown,
    failure,
    reload: () => {
      setFailure(null);
      read();
    },
    more: () =>
      spoken(async () => {
        const cursor = shown?.next ?? null;
        const page = await readHistory(cursor);
        // A second click asks for the same page.
        change((now) => (now.next === cursor ? { ...now, listens: [...now.listens, ...page.listens], next: page.next_cursor } : now));
      }),
    remove: (listen) =>
      spoken(async () => {
        await removeListen(listen.listen_id);
        change((now) => ({ ...now, listens: now.listens.filter((one) => one !== listen) }));
        const unfinished = await readUnfinished();
        change((now) => ({ ...now, unfinished }));
      }),
    clear: () =>
      spoken(async () => {
        await clearHistory();
        change((now) => ({ ...now, listens: [], next: null, unfinished: [] }));
      }),
    keep: (enabled) =>
      spoken(async () => {
        const isOn = await setEnabled(enabled);
        change((now) => ({ ...now, enabled: isOn }));
      }),
  };
}

/** Do it, and say so if it fails. */
async function spoken(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    announce(inWords(asApiError(error)).detail, { shown: true });
    return false;
  }
}
