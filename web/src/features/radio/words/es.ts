/** Spanish. */
import { locale } from "../../../lib/words/es";
import type { RadioWords } from "./en";

const { plural } = locale;

export const words: RadioWords = {
  label: "Radio",
  notThis: "Esto no",
  notThisOne: (title) => `Esto no: ${title}`,
  refused: (title) => `${title} no volverá a sonar.`,
  failed: (reason) => `La radio no ha podido obtener más canciones. ${reason} Lo intentará de nuevo con la próxima canción.`,
  nothing: "La radio no tiene nada más que reproducir ahora. Lo intentará de nuevo con la próxima canción.",
  why: {
    because: (title) => `Porque escuchaste ${title}`,
    becauseOther: "Va con lo que has escuchado",
    popular: "Popular en este estado de ánimo",
    often: (count) => plural(count, { one: "La has escuchado una vez", other: "La has escuchado # veces" }),
    lately: (days) => plural(days, { one: "Sin escuchar desde ayer", other: "Sin escuchar desde hace # días" }),
    again: "Otra vez",
    isNew: "Nueva para ti",
    other: "Recomendada para ti",
  },
};
