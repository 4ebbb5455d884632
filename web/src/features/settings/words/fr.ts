/** French. */
import { locale } from "../../../lib/words/fr";
import type { SettingsWords } from "./en";

const { plural } = locale;

export const words: SettingsWords = {
  language: "Langue",
  theme: "Thème",
  themes: { system: "Comme l’appareil", light: "Thème clair", dark: "Thème sombre" },
  keys: "Raccourcis clavier",
  device: "Sur cet appareil",
  about: "À propos de cette application",
  aboutText: "Ta propre bibliothèque musicale, selon ton humeur. Les fichiers vont directement du navigateur à ton stockage.",
  docs: "Pour les développeurs",
  close: "Fermer",

  commands: "Recherche et commandes",
  commandsHint: "Chercher un titre, un artiste, une action",
  songs: "Titres trouvés",
  artists: "Artistes",
  moods: "Humeurs",
  actions: "Commandes",
  uploadWords: "téléverser envoyer nouveau",
  none: "Aucun résultat.",
  results: (count) => plural(count, { one: "# résultat", other: "# résultats" }),
  history: "Historique d’écoute",
};
