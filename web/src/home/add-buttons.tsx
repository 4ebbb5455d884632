/** "Add files", and the button to all other ways to add them. */
import { useState } from "react";
import { createPortal } from "react-dom";
import type { AddMenuProps } from "../features/uploads/choose/add-menu";
import { words } from "../lib/words";
import { Button, IconButton } from "../ui/button";
import { lazyPart } from "../ui/lazy-part";

const AddMenu = lazyPart<AddMenuProps>(() => import("../features/uploads/choose/add-menu"), { close: ({ onClose }) => onClose() });

export interface AddButtonsProps extends Pick<AddMenuProps, "accept" | "onChoose" | "onFiles"> {
  /** The id of the element that says what may be added. */
  describedBy: string;
}

export function AddButtons({ describedBy, ...menu }: AddButtonsProps) {
  const [place, setPlace] = useState<DOMRect | null>(null);
  const [isUsed, setUsed] = useState(false);
  const open = (key: Element) => {
    setUsed(true);
    setPlace(key.getBoundingClientRect());
  };
  return (
    <span className="add-buttons">
      <Button tone="primary" icon="plus" aria-describedby={describedBy} onClick={menu.onChoose}>
        {words.add.button}
      </Button>
      <IconButton icon="more" label={words.add.ways} aria-haspopup="menu" onClick={({ currentTarget }) => open(currentTarget)} />
      {/* A dialog has a place of its own, above all bars. */}
      {isUsed && createPortal(<AddMenu {...menu} place={place} onClose={() => setPlace(null)} />, document.body)}
    </span>
  );
}
