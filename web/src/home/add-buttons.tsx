/** "Add files", and the button to all other ways to add them. */
import { words } from "../lib/words";
import { Button, IconButton } from "../ui/button";

export interface AddButtonsProps {
  /** The id of the element that says what may be added. */
  describedBy: string;
  onChoose: () => void;
  onMore: () => void;
}

export function AddButtons({ describedBy, onChoose, onMore }: AddButtonsProps) {
  return (
    <span className="add-buttons">
      <Button tone="primary" icon="plus" aria-describedby={describedBy} onClick={onChoose}>
        {words.add.button}
      </Button>
      <IconButton icon="more" label={words.add.ways} onClick={onMore} />
    </span>
  );
}
