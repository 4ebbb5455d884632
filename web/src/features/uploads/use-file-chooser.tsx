/** The browser's own file chooser, behind whatever button opens it. */
import { useRef, type ChangeEvent, type ReactElement } from "react";

export interface FileChooser {
  open: () => void;
  /** To be drawn once, where it stays as long as the chooser may be open: its answer comes to this element. */
  input: ReactElement;
}

export interface FileChooserOptions {
  label: string;
  /** Content types, such as audio/*. */
  accept: readonly string[];
  onFiles: (files: File[]) => void;
}

export function useFileChooser({ label, accept, onFiles }: FileChooserOptions): FileChooser {
  const input = useRef<HTMLInputElement>(null);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(event.target.files ?? [])]);
    // So that the same file can be chosen again after it was left out.
    event.target.value = "";
  };

  return {
    open: () => input.current?.click(),
    input: <input ref={input} type="file" multiple hidden aria-label={label} accept={accept.join(",")} onChange={choose} />,
  };
}
