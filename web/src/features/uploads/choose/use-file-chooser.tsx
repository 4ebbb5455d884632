/** The browser's file chooser, for any button to open. */
import { extensionsOf } from "@moodrop/uploads";
import { useRef, type ChangeEvent, type ReactElement } from "react";
import { splitHidden, type OnFiles } from "./left-out";

export interface FileChooser {
  open: () => void;
  /** Draw it once, where it stays while the chooser is open: the chosen files come to this element. */
  input: ReactElement;
}

export interface FileChooserOptions {
  label: string;
  /** Content types, such as audio/*. */
  accept: readonly string[];
  /** `folder`: everything inside it. `camera`: a new picture or recording. `one`: a single file. */
  source?: "files" | "folder" | "camera" | "one";
  onFiles: OnFiles;
}

export function useFileChooser({ label, accept, source = "files", onFiles }: FileChooserOptions): FileChooser {
  const input = useRef<HTMLInputElement>(null);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const { meant, leftOut } = splitHidden([...(event.target.files ?? [])]);
    onFiles(meant, leftOut);
    // So that the same file can be chosen again.
    event.target.value = "";
  };

  return {
    open: () => input.current?.click(),
    input: (
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={[...accept, ...(source === "files" ? extensionsOf(accept) : [])].join(",")}
        multiple={source === "files" || source === "folder"}
        {...(source === "folder" && { webkitdirectory: "" })}
        {...(source === "camera" && { capture: "environment" })}
        onChange={choose}
      />
    ),
  };
}
