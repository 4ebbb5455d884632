/** Language, theme, shortcuts, and what this app is. A chunk of its own, loaded with the first opening. */
import { useState } from "react";
import { announce } from "../../lib/announce";
import { chooseTheme, THEMES, useTheme } from "../../lib/theme";
import { chooseLanguage, isLanguage, LANGUAGES, useLanguage, words, type Language } from "../../lib/words";
import Menu, { type MenuItem, type MenuPlace } from "../../ui/menu";
import { lazyPart } from "../../ui/lazy-part";
import { About } from "./about";
import { useSettingsWords } from "./settings-words";

const DeviceDialog = lazyPart<{ onClose: () => void }>(async () => (await import("../device/device-dialog")).loadDeviceDialog(), { close: ({ onClose }) => onClose() });

export interface SettingsMenuProps {
  place: MenuPlace;
  /** Null where there is nothing to search. */
  onCommands: (() => void) | null;
  onKeys: () => void;
  onClose: () => void;
}

export default function SettingsMenu({ place, onCommands, onKeys, onClose }: SettingsMenuProps) {
  const own = useSettingsWords();
  const language = useLanguage();
  const theme = useTheme();
  const [about, setAbout] = useState(false);
  const [onDevice, setOnDevice] = useState(false);
  if (onDevice) return <DeviceDialog onClose={onClose} />;
  if (about) return <About onClose={onClose} />;

  const commands: MenuItem[] = onCommands
    ? [{ icon: "search", text: own.commands, keys: "Ctrl K", onChoose: onCommands }]
    : [];
  const groups = [
    {
      label: own.theme,
      items: THEMES.map((one) => ({ text: own.themes[one], checked: one === theme, onChoose: () => chooseTheme(one) })),
    },
    {
      label: own.language,
      items: Object.entries(LANGUAGES).map(([code, name]) => ({
        text: name,
        lang: code,
        checked: code === language,
        onChoose: () => isLanguage(code) && speak(code),
      })),
    },
    {
      items: [
        ...commands,
        { icon: "keyboard" as const, text: own.keys, keys: "?", onChoose: onKeys },
        { icon: "device" as const, text: own.device, stays: true, onChoose: () => setOnDevice(true) },
        { icon: "help" as const, text: own.about, stays: true, onChoose: () => setAbout(true) },
      ],
    },
  ];
  return <Menu label={words.app.settings} place={place} groups={groups} onClose={onClose} />;
}

function speak(language: Language): void {
  chooseLanguage(language).catch(() => announce(words.app.languageFailed, { shown: true }));
}
