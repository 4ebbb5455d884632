/** The key at the end of the top bar that opens the settings. */
import { useState } from "react";
import { createPortal } from "react-dom";
import { words } from "../../lib/words";
import { IconButton } from "../../ui/button";
import { lazyPart } from "../../ui/lazy-part";
import type { SettingsMenuProps } from "./settings-menu";

const SettingsMenu = lazyPart<SettingsMenuProps>(
  async () => {
    const [menu, { loadSettingsWords }] = await Promise.all([import("./settings-menu"), import("./settings-words")]);
    await loadSettingsWords();
    return menu;
  },
  { close: ({ onClose }) => onClose() },
);

export function SettingsKey(props: Pick<SettingsMenuProps, "onCommands" | "onKeys">) {
  const [place, setPlace] = useState<DOMRect | null>(null);
  return (
    <>
      <IconButton
        icon="settings"
        label={words.app.settings}
        aria-haspopup="menu"
        onClick={({ currentTarget }) => setPlace(currentTarget.getBoundingClientRect())}
      />
      {/* A dialog has a header of its own, which may not lie in the bar's. */}
      {place && createPortal(<SettingsMenu {...props} place={place} onClose={() => setPlace(null)} />, document.body)}
    </>
  );
}
