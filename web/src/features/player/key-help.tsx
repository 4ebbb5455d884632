/** Which keys do what. Single letters can be switched off: who speaks to the computer types them by accident. */
import { useState } from "react";
import { words } from "../../lib/words";
import { Dialog } from "../../ui/dialog";
import { recall, remember } from "./remembered";

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const [letters, setLetters] = useState(() => recall().letters);
  const { keys } = words.player;
  const rows: ReadonlyArray<readonly [string, string]> = [
    [keys.space, keys.toggle],
    ["←", keys.back],
    ["→", keys.forward],
    ["N", keys.next],
    ["P", keys.previous],
    ["M", keys.mute],
    ["?", keys.help],
  ];
  return (
    <Dialog light title={keys.title} closeLabel={keys.close} onClose={onClose}>
      <dl className="key-help">
        {rows.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label className="key-help-letters">
        <input
          type="checkbox"
          checked={letters}
          onChange={({ target: { checked } }) => {
            setLetters(checked);
            remember({ letters: checked });
          }}
        />
        {keys.letters}
      </label>
    </Dialog>
  );
}
