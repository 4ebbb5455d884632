/** The button that opens the dialog. Nothing behind it loads before it is pressed. */
import { useState, type ComponentType } from "react";
import { announce } from "../../lib/announce";
import { loadPart } from "../../lib/stale";
import { words } from "../../lib/words";
import { Boundary } from "../../ui/boundary";
import { Icon } from "../../ui/icon";
import type { FaceDialogProps } from "./face-dialog";
import "./face-mood.css";
import { readableMoods } from "./readable-moods";

export type FaceMoodProps = Omit<FaceDialogProps, "onClose">;

export function FaceMood(props: FaceMoodProps) {
  const [Dialog, setDialog] = useState<ComponentType<FaceDialogProps> | null>(null);

  const open = () => {
    loadPart(async () => (await import("./face-dialog")).loadDialog()).then(
      (Loaded) => setDialog(() => Loaded),
      () => announce(words.face.failed, { shown: true }),
    );
  };

  if (readableMoods(props.moods).length < 2) return null;
  return (
    <>
      <button type="button" className="face-mood" onClick={open}>
        <Icon name="face" />
        <span>
          <span className="face-mood-name">{words.face.open}</span> <span className="soft">{words.face.promise}</span>
        </span>
      </button>
      {Dialog && (
        <Boundary onClose={() => setDialog(null)}>
          <Dialog {...props} onClose={() => setDialog(null)} />
        </Boundary>
      )}
    </>
  );
}
