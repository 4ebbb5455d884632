/** The list of shortcuts, and the switch for single letters. */
import { useState } from "react";
import { hasLetterKeys, setLetterKeys } from "../../../lib/letter-keys";
import { words } from "../../../lib/words";
import { Dialog } from "../../../ui/dialog";
import { usePlayerWords } from "../player-words";

export interface KeyHelpProps {
  onClose: () => void;
}

export function KeyHelp({ onClose }: KeyHelpProps) {
  const [letters, setLetters] = useState(hasLetterKeys);
  const { keys } = usePlayerWords();
  const rows: ReadonlyArray<readonly [string, string]> = [
    [keys.space, keys.toggle],
    ["←", keys.back],
    ["→", keys.forward],
    ["N", keys.next],
    ["P", keys.previous],
    ["M", keys.mute],
    ["F", keys.full],
    ["/", words.search.label],
    ["Ctrl K", keys.commands],
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
            setLetterKeys(checked);
          }}
        />
        {keys.letters}
      </label>
    </Dialog>
  );
}
