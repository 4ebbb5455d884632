/** Ctrl K: songs, artists, moods and what the page can do, at one field. A chunk of its own, loaded with the first opening. */
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import { useSettingsWords } from "../../features/settings/settings-words";
import type { FileRecord } from "../../lib/types";
import { isComposing } from "../../lib/keys";
import { Icon } from "../../ui/icon";
import { fitting, GROUPS, type Command } from "./command";
import { collectedKeys, releaseKeys } from "./early-keys";
import "./palette.css";

export interface PaletteProps {
  /** All that is offered without a search, and what a song makes of itself. */
  commands: readonly Command[];
  commandsOf: (files: readonly FileRecord[]) => Command[];
  /** Ask the service, which knows more songs than the page. */
  find: (typed: string, signal: AbortSignal) => Promise<readonly FileRecord[]>;
  onClose: () => void;
}

const TYPING_MS = 180;

export function Palette({ commands, commandsOf, find, onClose }: PaletteProps) {
  const own = useSettingsWords();
  const [typed, setTyped] = useState(collectedKeys);
  const [at, setAt] = useState(0);
  const files = useFiles(typed, find);
  const dialog = useModal();
  useLayoutEffect(releaseKeys, []);
  const id = useId();
  const shown = fitting(typed === "" ? commands : unique([...commands, ...commandsOf(files)]), typed);
  const index = Math.min(at, shown.length - 1);
  const choose = (command: Command) => {
    flushSync(onClose);
    command.onChoose();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = shown[index];
    if (isComposing(event.nativeEvent)) return;
    if (step) setAt((index + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === "Enter" && chosen) choose(chosen);
    else return;
    event.preventDefault();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a press beside it; Escape does the same
    <dialog
      ref={dialog}
      className="palette"
      aria-label={own.commands}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="palette-box">
        <div className="palette-field">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label={own.commands}
            aria-expanded={shown.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={shown[index] ? `${id}-${index}` : undefined}
            placeholder={own.commandsHint}
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
          <kbd aria-hidden="true">Esc</kbd>
        </div>
        <Results id={id} shown={shown} index={index} onChoose={choose} onPoint={setAt} />
        <output className={shown.length > 0 ? "visually-hidden" : "palette-none soft"}>
          {shown.length > 0 ? typed && own.results(shown.length) : own.none}
        </output>
      </div>
    </dialog>
  );
}

interface ResultsProps {
  id: string;
  shown: readonly Command[];
  index: number;
  onChoose: (command: Command) => void;
  onPoint: (index: number) => void;
}

function Results({ id, shown, index, onChoose, onPoint }: ResultsProps) {
  const own = useSettingsWords();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- whichever is selected now
  }, [index, shown]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the pattern of a combobox, which <datalist> cannot draw
    <div ref={list} id={`${id}-list`} role="listbox" aria-label={own.commands} className="palette-list" tabIndex={-1}>
      {GROUPS.filter((group) => shown.some((command) => command.group === group)).map((group) => (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a listbox has no fieldsets
        <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
          <p id={`${id}-${group}`} role="presentation" className="palette-group soft">
            {own[group]}
          </p>
          {shown.map((command, place) =>
            command.group !== group ? null : (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field has the focus, and its keys
              <div
                key={command.id}
                id={`${id}-${place}`}
                // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> holds text alone
                role="option"
                aria-selected={place === index}
                tabIndex={-1}
                className="palette-item"
                onClick={() => onChoose(command)}
                onPointerMove={() => onPoint(place)}
              >
                {command.picture}
                <span className="ellipsis" dir="auto">
                  {command.text}
                </span>
                {command.detail && (
                  <span className="palette-detail ellipsis soft" dir="auto">
                    {command.detail}
                  </span>
                )}
              </div>
            ),
          )}
        </div>
      ))}
    </div>
  );
}

/** The answer to what is typed, once the typing rests. Without an answer, what the page itself has is enough. */
function useFiles(typed: string, find: PaletteProps["find"]): readonly FileRecord[] {
  const [files, setFiles] = useState<readonly FileRecord[]>([]);
  useEffect(() => {
    if (typed.trim() === "") return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      find(typed, stop.signal).then((more) => !stop.signal.aborted && setFiles(more), () => undefined);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, find]);
  return files;
}

function unique(commands: readonly Command[]): Command[] {
  return [...new Map(commands.map((command) => [command.id, command])).values()];
}

function useModal() {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector("input")?.focus();
    return () => dialog?.close();
  }, []);
  return ref;
}
