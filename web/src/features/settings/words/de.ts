/** German. */
import { locale } from "../../../lib/words/de";
import type { SettingsWords } from "./en";

const { plural } = locale;

export const words: SettingsWords = {
  language: "Sprache",
  theme: "Darstellung",
  themes: { system: "Wie das Gerät", light: "Hell", dark: "Dunkel" },
  keys: "Tastenkürzel",
  device: "Auf diesem Gerät",
  about: "Über diese App",
  aboutText: "Deine eigene Musiksammlung, gespielt nach Stimmung. Dateien gehen direkt vom Browser in deinen Speicher.",
  docs: "Für Entwickler",
  close: "Schließen",

  commands: "Suche und Befehle",
  commandsHint: "Songs, Interpreten und Befehle suchen",
  songs: "Gefundene Songs",
  artists: "Interpreten",
  moods: "Stimmungen",
  actions: "Befehle",
  uploadWords: "hochladen neu",
  none: "Nichts passt dazu.",
  results: (count) => plural(count, { one: "# Ergebnis", other: "# Ergebnisse" }),
  history: "Hörverlauf",
};
