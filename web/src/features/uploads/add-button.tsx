/** "Add songs": a real button in front of a native file chooser. */
import { useRef, type ChangeEvent } from "react";
import { words } from "../../lib/words";
import { Button } from "../../ui/button";

export interface AddButtonProps {
  /** Content types for the chooser, such as audio/*. */
  accept: readonly string[];
  onFiles: (files: File[]) => void;
  label?: string;
  look?: "primary" | "plain";
  /** Id of the words that state the limits. */
  describedBy?: string | undefined;
  className?: string;
}

export function AddButton(props: AddButtonProps) {
  const { accept, onFiles, label = words.add.button, look = "primary", describedBy, className = "" } = props;
  const input = useRef<HTMLInputElement>(null);

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(event.target.files ?? [])]);
    // So that the same file can be chosen again after it was left out.
    event.target.value = "";
  };

  return (
    <>
      <Button look={look} icon="plus" className={className} aria-describedby={describedBy} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input ref={input} type="file" multiple hidden aria-label={label} accept={accept.join(",")} onChange={choose} />
    </>
  );
}
