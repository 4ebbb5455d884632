/** What is on this device, to look at and to make room. */
import { Dialog } from "../../ui/dialog";
import { KeptList } from "./kept-list";
import { loadKeptWords, useKeptWords } from "./kept-words";

/** The dialog, once its words are there. */
export async function loadKeptDialog() {
  await loadKeptWords();
  return { default: KeptDialog };
}

function KeptDialog({ onClose }: { onClose: () => void }) {
  const text = useKeptWords();
  return (
    <Dialog light title={text.title} closeLabel={text.close} onClose={onClose}>
      <div className="kept-body">
        <KeptList />
      </div>
    </Dialog>
  );
}
