/** "Not this" of a song that is yet to come. */
import { IconButton } from "../../ui/button";
import { useRadioWords } from "./radio-words";

export function NotThis({ title, onClick }: { title: string; onClick: () => void }) {
  return <IconButton icon="close" label={useRadioWords().notThisOne(title)} onClick={onClick} />;
}
