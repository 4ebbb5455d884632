/** German. */
import { locale } from "../../../lib/words/de";
import type { RadioWords } from "./en";

const { plural } = locale;

export const words: RadioWords = {
  label: "Radio",
  notThis: "Das nicht",
  notThisOne: (title) => `Das nicht: ${title}`,
  refused: (title) => `${title} kommt nicht wieder.`,
  failed: (reason) => `Das Radio bekam keine weiteren Songs. ${reason} Beim nächsten Song versucht es das wieder.`,
  nothing: "Das Radio hat gerade nichts anderes zu spielen. Beim nächsten Song versucht es das wieder.",
  why: {
    because: (title) => `Weil du ${title} gespielt hast`,
    becauseOther: "Passt zu dem, was du gespielt hast",
    popular: "Beliebt in dieser Stimmung",
    often: (count) => plural(count, { one: "Einmal gespielt", other: "#-mal gespielt" }),
    lately: (days) => plural(days, { one: "Seit gestern nicht gehört", other: "Seit # Tagen nicht gehört" }),
    again: "Noch einmal",
    isNew: "Neu für dich",
    other: "Für dich empfohlen",
  },
};
