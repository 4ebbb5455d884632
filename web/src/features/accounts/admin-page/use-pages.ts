/** A list of the service that grows page by page. */
import { useCallback, useEffect, useRef, useState } from "react";
import { announce } from "../../../lib/announce";
import { asApiError } from "../../../lib/api-error";
import { problemIn, useAccountWords } from "../account-words";
import type { Part } from "./api";

export interface Pages<T> {
  /** Null until the first answer. */
  items: readonly T[] | null;
  /** Null if there is no more. */
  more: (() => void) | null;
  change: (items: (before: readonly T[]) => readonly T[]) => void;
}

/** `load` is another function for another list, which then starts anew. */
export function usePages<T>(load: (cursor: string | null) => Promise<Part<T>>): Pages<T> {
  const words = useAccountWords();
  const [part, setPart] = useState<Part<T> | null>(null);
  /** The answer to an earlier search may come late. */
  const latest = useRef(load);
  const fail = useCallback(
    (error: unknown) => announce(problemIn(words, asApiError(error)).detail, { shown: true }),
    [words],
  );
  const ask = useCallback(
    (before: Part<T> | null) => {
      latest.current = load;
      const show = ({ items, next }: Part<T>) => {
        if (latest.current === load) setPart({ items: [...(before?.items ?? []), ...items], next });
      };
      load(before?.next ?? null).then(show, fail);
    },
    [load, fail],
  );
  useEffect(() => ask(null), [ask]);
  return {
    items: part?.items ?? null,
    more: part?.next ? () => ask(part) : null,
    change: (items) => setPart((now) => now && { ...now, items: items(now.items) }),
  };
}
