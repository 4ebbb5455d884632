/** The round button at a phone's lower edge: opens all ways to add files. */
import { useScrolledDown } from "../lib/use-browser";
import { words } from "../lib/words";
import { Icon } from "../ui/icon";

export interface AddKeyProps {
  /** The id of the element that says what may be added. */
  describedBy: string;
  onAdd: () => void;
}

export function AddKey({ describedBy, onAdd }: AddKeyProps) {
  const away = useScrolledDown();
  return (
    <button
      type="button"
      className="dock-add"
      aria-label={words.add.button}
      aria-describedby={describedBy}
      aria-haspopup="dialog"
      data-away={away || undefined}
      onClick={onAdd}
    >
      <Icon name="plus" size={24} />
    </button>
  );
}
