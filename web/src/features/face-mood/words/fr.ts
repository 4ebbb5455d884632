/** French. */
import type { FaceWords } from "./en";

export const words: FaceWords = {
  close: "Fermer",
  loading: "Préparation…",
  asking: "Autorise l’accès à la caméra pour continuer.",
  looking: "Regarde la caméra.",
  hold: "Ne bouge plus…",
  progress: "Lecture de ton visage",
  verdicts: {
    happy: "Tu as l’air joyeux.",
    sad: "Tu as l’air triste.",
    neutral: "Tu as l’air neutre.",
  },
  sureness: { clear: "Presque sûr.", likely: "Probablement.", guess: "Juste une supposition." },
  cameraOff: "La caméra est éteinte.",
  pick: "Comment te sens-tu\u00a0?",
  again: "Réessayer",
  troubles: {
    insecure: {
      detail: "La caméra demande une adresse sécurisée (https).",
      hint: "Demande à la personne qui gère ce serveur d’activer https.",
    },
    refused: {
      detail: "L’accès à la caméra est bloqué.",
      hint: "Autorise-le dans la barre d’adresse ou les réglages du système, puis réessaie.",
    },
    no_camera: { detail: "Aucune caméra trouvée.", hint: "Branches-en une et réessaie." },
    busy: { detail: "Une autre application utilise peut-être la caméra.", hint: "Ferme-la et réessaie." },
    cut: {
      detail: "La caméra a été déconnectée.",
      hint: "Vérifie le câble et les autres applications, puis réessaie.",
    },
    left: { detail: "La caméra s’est éteinte parce que tu as quitté la page.", hint: "Réessaie quand tu veux." },
    no_face: { detail: "Aucun visage trouvé.", hint: "Mets-toi face à la caméra, à la lumière, et réessaie." },
    many_faces: {
      detail: "Plusieurs visages trouvés.",
      hint: "Réessaie sans personne à côté, ou choisissez une humeur ensemble.",
    },
    no_model: { detail: "Impossible de charger la détection des visages.", hint: "Vérifie ta connexion et réessaie." },
    no_wasm: {
      detail: "La détection des visages n’est pas disponible, car WebAssembly est désactivé dans ce navigateur.",
      hint: "Choisis ton humeur toi-même.",
    },
    failed: { detail: "Ça n’a pas marché.", hint: "Réessaie, ou choisis ton humeur toi-même." },
  },
};
