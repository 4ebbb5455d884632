/** The browser's own file chooser, behind whatever button opens it. */
import { extensionsOf } from "@moodrop/uploads";
import { useRef, type ChangeEvent, type ReactElement } from "react";
import { splitHidden, type OnFiles } from "./left-out";

export interface FileChooser {
  open: () => void;
  /** To be drawn once, where it stays as long as the chooser may be open: its answer comes to this element. */
  input: ReactElement;
}

export interface FileChooserOptions {
  label: string;
  /** Content types, such as audio/*. */
  accept: readonly string[];
  /** `folder`: with all that is in it. `camera`: what the phone takes now, or records. `one`: a single file. */
  source?: "files" | "folder" | "camera" | "one";
  onFiles: OnFiles;
}

export function useFileChooser({ label, accept, source = "files", onFiles }: FileChooserOptions): FileChooser {
  const input = useRef<HTMLInputElement>(null);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const { meant, leftOut } = splitHidden([...(event.target.files ?? [])]);
    onFiles(meant, leftOut);
    // So that the same file can be chosen again after it was left out.
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
