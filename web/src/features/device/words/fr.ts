/** French: songs on this device. */
import { locale } from "../../../lib/words/fr";
import type { DeviceWords } from "./en";

const { plural } = locale;
const files = (count: number) => plural(count, { one: "# fichier", many: "# de fichiers", other: "# fichiers" });

export const words: DeviceWords = {
  title: "Sur cet appareil",
  total: (count, size) => `${files(count)}, ${size}`,
  none: "Aucun morceau ici pour l’instant. Ouvre le menu d’un morceau et choisis « Garder sur cet appareil » pour l’écouter sans connexion.",
  offline: "Tu es hors ligne. Ces morceaux restent disponibles.",
  keeping: (title) => `Enregistrement de ${title} sur cet appareil…`,
  stored: (title, size) => `${title} est sur cet appareil (${size}).`,
  failed: (title, reason) => `Impossible d’enregistrer ${title} sur cet appareil. ${reason}`,
  noRoom: "Vérifie la connexion et l’espace libre, puis réessaie.",
  remove: (title) => `Retirer ${title} de cet appareil`,
  removed: (title) => `${title} n’est plus sur cet appareil.`,
  close: "Fermer",
};
