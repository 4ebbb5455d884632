/** French. */
import { locale } from "../../../lib/words/fr";
import type { RadioWords } from "./en";

const { plural } = locale;

export const words: RadioWords = {
  label: "Radio",
  notThis: "Pas ça",
  notThisOne: (title) => `Pas ça : ${title}`,
  refused: (title) => `${title} ne reviendra pas.`,
  failed: (reason) => `La radio n’a pas pu obtenir d’autres titres. ${reason} Elle réessaiera au prochain titre.`,
  nothing: "La radio n’a rien d’autre à jouer pour l’instant. Elle réessaiera au prochain titre.",
  why: {
    because: (title) => `Parce que tu as écouté ${title}`,
    becauseOther: "Va avec ce que tu as écouté",
    popular: "Populaire dans cette humeur",
    often: (count) => plural(count, { one: "Écouté une fois", other: "Écouté # fois" }),
    lately: (days) => plural(days, { one: "Pas écouté depuis hier", other: "Pas écouté depuis # jours" }),
    again: "Encore une fois",
    isNew: "Nouveau pour toi",
    other: "Recommandé pour toi",
  },
};
