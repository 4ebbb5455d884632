/** German. */
import type { ListeningWords } from "./en";

export const words: ListeningWords = {
  title: "Verlauf",
  lead: "Was du gespielt hast, nur für dich.",
  empty: "Noch nichts. Was du spielst, erscheint hier.",
  unfinished: "Weiter",
  forMood: "Für dich in dieser Stimmung",
  goOn: (title) => `Weiter mit ${title}`,
  play: (title) => `${title} abspielen`,
  at: (position, duration) => `${position} von ${duration}`,
  heard: (time) => `${time} gehört`,
  gone: "Nicht mehr verfügbar",
  remove: (title) => `${title} aus deinem Verlauf entfernen`,
  removeGone: "Diese Zeile aus deinem Verlauf entfernen",
  more: "Mehr zeigen",
  keep: "Meinen Verlauf führen",
  off: "Er ist aus: Es kommt nichts mehr dazu.",
  clear: "Alles löschen",
  clearQuestion: "Deinen ganzen Verlauf löschen? Das lässt sich nicht rückgängig machen.",
  clearNow: "Den ganzen Verlauf löschen",
  cancel: "Abbrechen",
  cleared: "Dein Verlauf ist gelöscht.",
};
