/** Search as you type. "/" moves the focus here from anywhere; Escape clears it. */
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { isComposing, isEscape, isTypedInto } from "../../../lib/keys";
import { hasLetterKeys } from "../../../lib/letter-keys";
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { Icon } from "../../../ui/icon";
import "./search-box.css";

/** The pause that a person makes between letters. */
const TYPING_MS = 250;
/** The service's limit, in characters. */
const MAX_LENGTH = 200;

export interface SearchBoxProps {
  /** The current search. */
  value: string;
  onChange: (q: string) => void;
}

export function SearchBox({ value, onChange }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSlashKey(field);

  // It was changed from elsewhere, such as by going back.
  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }

  const search = (typed: string, afterMs: number) => {
    setText(typed);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(typed.trim()), afterMs);
  };

  const leave = (event: KeyboardEvent) => {
    if (!isEscape(event.nativeEvent) || text === "") return;
    event.preventDefault();
    event.stopPropagation();
    search("", 0);
  };

  return (
    <search className="search-box">
      <Icon name="search" size={18} />
      <input
        ref={field}
        type="search"
        aria-label={words.search.label}
        aria-keyshortcuts="/"
        placeholder={words.search.label}
        maxLength={MAX_LENGTH}
        enterKeyHint="search"
        autoComplete="off"
        value={text}
        onChange={(event) => search(event.target.value, TYPING_MS)}
        onKeyDown={leave}
      />
      {text !== "" && (
        <IconButton
          icon="close"
          size={16}
          label={words.search.empty}
          onClick={() => {
            search("", 0);
            field.current?.focus();
          }}
        />
      )}
    </search>
  );
}

function useSlashKey(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isComposing(event) || isTypedInto(event.target)) return;
      if (!hasLetterKeys() || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [field]);
}
