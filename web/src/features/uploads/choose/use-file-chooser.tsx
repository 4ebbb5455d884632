/** The browser's file chooser, for any button to open. */
import { useEffect, useRef, useState, type ChangeEvent, type ReactElement } from "react";
import { withPart } from "../../../lib/with-part";
import type { OnFiles } from "./left-out";

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

const loadChosenFiles = () => import("./chosen-files");

export function useFileChooser({ label, accept, source = "files", onFiles }: FileChooserOptions): FileChooser {
  const input = useRef<HTMLInputElement>(null);
  const extensions = useExtensions(source === "files" ? accept.join(",") : "");

  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(target.files ?? [])];
    // So that the same file can be chosen again.
    target.value = "";
    void withPart(loadChosenFiles, ({ splitHidden }) => {
      const { meant, leftOut } = splitHidden(files);
      onFiles(meant, leftOut);
    });
  };

  return {
    open: () => input.current?.click(),
    input: (
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={[...accept, ...extensions].join(",")}
        multiple={source === "files" || source === "folder"}
        {...(source === "folder" && { webkitdirectory: "" })}
        {...(source === "camera" && { capture: "environment" })}
        onChange={choose}
      />
    ),
  };
}

/** Return the file name extensions of these content types, once they are known: no one chooses a file that soon. */
function useExtensions(types: string): readonly string[] {
  const [extensions, setExtensions] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!types) return;
    loadChosenFiles().then(
      ({ extensionsOf }) => setExtensions(extensionsOf(types.split(","))),
      () => undefined,
    );
  }, [types]);
  return extensions;
}
