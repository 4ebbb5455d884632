/** A list of the service that the page shows and changes. */
import { useCallback, useEffect, useState } from "react";
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { problemIn, useAccountWords } from "../account-words";

export interface List<T> {
  /** Null until the first answer. */
  items: readonly T[] | null;
  reload: () => void;
  /** Make a change, say that it is done (if there is something to say), and list again. */
  change: (call: () => Promise<unknown>, done?: string) => Promise<void>;
}

export function useList<T>(load: () => Promise<readonly T[]>): List<T> {
  const words = useAccountWords();
  const [items, setItems] = useState<readonly T[] | null>(null);
  const fail = useCallback(
    (error: unknown) => announce(problemIn(words, asApiError(error)).detail, { shown: true }),
    [words],
  );
  const reload = useCallback(() => void load().then(setItems, fail), [load, fail]);
  useEffect(reload, [reload]);
  const change = async (call: () => Promise<unknown>, done?: string) => {
    try {
      await call();
      if (done) announce(done, { shown: true });
    } catch (error) {
      fail(error);
    }
    reload();
  };
  return { items, reload, change };
}
