/** German: songs on this device. */
import { locale } from "../../../lib/words/de";
import type { DeviceWords } from "./en";

const { plural } = locale;
const files = (count: number) => plural(count, { one: "# Datei", other: "# Dateien" });

export const words: DeviceWords = {
  title: "Auf diesem Gerät",
  total: (count, size) => `${files(count)}, ${size}`,
  none: "Hier sind noch keine Songs. Öffne das Menü eines Songs und wähle „Auf diesem Gerät behalten“, um ihn ohne Verbindung zu hören.",
  offline: "Du bist offline. Diese Songs kannst du trotzdem hören.",
  keeping: (title) => `${title} wird auf diesem Gerät gespeichert …`,
  stored: (title, size) => `${title} ist auf diesem Gerät (${size}).`,
  failed: (title, reason) => `${title} ließ sich nicht auf diesem Gerät speichern. ${reason}`,
  noRoom: "Prüfe die Verbindung und den freien Speicher, dann versuch es noch einmal.",
  remove: (title) => `${title} von diesem Gerät entfernen`,
  removed: (title) => `${title} von diesem Gerät entfernt.`,
  close: "Schließen",
};
