/** English: the settings and the commands. The other dictionaries have its shape. */
import { locale } from "../../../lib/words/en";

const { plural } = locale;

export const words = {
  language: "Language",
  theme: "Theme",
  themes: { system: "Same as device", light: "Light theme", dark: "Dark theme" },
  keys: "Keyboard shortcuts",
  device: "On this device",
  about: "About this app",
  aboutText: "Your own music library, played by how you feel. Files go straight from your browser to your storage.",
  docs: "For developers",
  close: "Close",

  commands: "Search and commands",
  commandsHint: "Search songs, artists and actions",
  songs: "Songs found",
  artists: "Artists",
  moods: "Moods",
  actions: "Actions",
  /** Further words by which the way to add files comes up, parted by blanks. */
  uploadWords: "upload new",
  none: "Nothing matches.",
  results: (count: number) => plural(count, { one: "# result", other: "# results" }),
  history: "Listening history",

};

export type SettingsWords = typeof words;
