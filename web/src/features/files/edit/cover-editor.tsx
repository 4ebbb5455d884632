/** Choose another cover, or none. */
import { useRef } from "react";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";

export interface CoverEditorProps {
  hasCover: boolean;
  onChange: (picture: File | null) => unknown;
}

export function CoverEditor({ hasCover, onChange }: CoverEditorProps) {
  const label = hasCover ? words.edit.changeCover : words.edit.chooseCover;
  const field = useRef<HTMLInputElement>(null);
  return (
    <div className="file-verbs">
      <input
        ref={field}
        type="file"
        accept="image/*"
        hidden
        aria-label={label}
        onChange={(event) => {
          const [picture] = event.target.files ?? [];
          event.target.value = "";
          if (picture) onChange(picture);
        }}
      />
      <Button className="button-small" icon="picture" onClick={() => field.current?.click()}>
        {label}
      </Button>
      {hasCover && (
        <Button className="button-small" icon="trash" onClick={() => onChange(null)}>
          {words.edit.removeCover}
        </Button>
      )}
    </div>
  );
}
