/** French. */
import type { ListeningWords } from "./en";

export const words: ListeningWords = {
  title: "Historique",
  lead: "Ce que tu as écouté, pour toi seul.",
  empty: "Rien pour l’instant. Ce que tu écoutes apparaît ici.",
  unfinished: "Reprendre",
  forMood: "Pour toi dans cette humeur",
  goOn: (title) => `Reprendre ${title}`,
  play: (title) => `Écouter ${title}`,
  at: (position, duration) => `${position} sur ${duration}`,
  heard: (time) => `${time} d’écoute`,
  gone: "N’est plus disponible",
  remove: (title) => `Retirer ${title} de ton historique`,
  removeGone: "Retirer cette ligne de ton historique",
  more: "Afficher plus",
  keep: "Garder mon historique",
  off: "Il est désactivé : rien de plus n’est gardé.",
  clear: "Tout supprimer",
  clearQuestion: "Supprimer tout ton historique ? C’est définitif.",
  clearNow: "Supprimer tout l’historique",
  cancel: "Annuler",
  cleared: "Ton historique est supprimé.",
};
