/** What this app is. */
import { words } from "../../lib/words";
import { Dialog } from "../../ui/dialog";
import { Logo } from "../../ui/logo";
import "./about.css";
import { useSettingsWords } from "./settings-words";

export function About({ onClose }: { onClose: () => void }) {
  const { aboutText, docs, close } = useSettingsWords();
  return (
    <Dialog light title={words.app.name} closeLabel={close} onClose={onClose}>
      <div className="about">
        <Logo size={56} />
        <p>{aboutText}</p>
        <p>{words.face.promise}</p>
        <a href="/docs" target="_blank" rel="noreferrer">
          {docs}
        </a>
      </div>
    </Dialog>
  );
}
