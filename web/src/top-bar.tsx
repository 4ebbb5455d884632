/** The slim bar at the top: the name, whatever the page puts there, and at its end the settings. */
import { useState, type ReactNode } from "react";
import { SettingsKey } from "./features/settings/settings-key";
import type { KeyHelpProps } from "./features/player/bar/key-help";
import { words } from "./lib/words";
import { lazyPart } from "./ui/lazy-part";
import { Logo } from "./ui/logo";

const KeyHelp = lazyPart<KeyHelpProps>(
  async () => {
    const [help, { loadPlayerWords }] = await Promise.all([import("./features/player/bar/key-help"), import("./features/player/player-words")]);
    await loadPlayerWords();
    return { default: help.KeyHelp };
  },
  { close: ({ onClose }) => onClose() },
);

export interface TopBarProps {
  children?: ReactNode;
  /** Null where there is nothing to search. */
  onCommands?: (() => void) | null;
}

export function TopBar({ children, onCommands = null }: TopBarProps) {
  const [keys, setKeys] = useState(false);
  return (
    <>
      <header className="top-bar">
        <h1 className="top-bar-name">
          <Logo size={28} />
          {words.app.name}
        </h1>
        <div className="top-bar-end">
          {children}
          <SettingsKey onCommands={onCommands} onKeys={() => setKeys(true)} />
        </div>
      </header>
      {keys && <KeyHelp onClose={() => setKeys(false)} />}
    </>
  );
}
