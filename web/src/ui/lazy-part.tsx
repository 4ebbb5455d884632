/** A part of the page that loads when it is first drawn, with an error boundary and a way to try again. */
import { lazy, Suspense, useReducer, type ComponentType } from "react";
import { loadPart } from "../lib/stale";
import { loadAllWords } from "../lib/words";
import { Boundary } from "./boundary";

export interface PartOptions<P> {
  /** Show nothing if it fails. */
  quiet?: boolean;
  /** Closes the part if it failed. */
  close?: (props: P) => void;
}

export function lazyPart<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  { quiet = false, close }: PartOptions<P> = {},
): ComponentType<P> {
  const loadAll = async () => {
    const [part] = await Promise.all([load(), loadAllWords(), import("./later-icons")]);
    return part;
  };
  const loadAnew = () => lazy<ComponentType<P>>(() => loadPart(loadAll));
  let Loaded = loadAnew();

  return function Part(props: P) {
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    const retry = () => {
      Loaded = loadAnew();
      redraw();
    };
    return (
      <Boundary quiet={quiet} onRetry={retry} onClose={close && (() => close(props))}>
        <Suspense>
          <Loaded {...props} />
        </Suspense>
      </Boundary>
    );
  };
}
