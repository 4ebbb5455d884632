/** French. */
import { localeOf } from "../locale.js";
import type { Words } from "./en.js";

export const locale = localeOf("fr");
const { bytes, limit, list, number, plural } = locale;

const files = (count: number) => plural(count, { one: "# fichier", many: "# de fichiers", other: "# fichiers" });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const words = {
  app: {
    offline: "Tu es hors ligne. Tout reprendra à ton retour.",
  },

  moods: {
    label: "Humeur",
    names: { happy: "Joyeux", sad: "Triste", neutral: "Neutre" },
  },

  add: {
    button: "Ajouter des fichiers",
    choose: "Choisir des fichiers",
    upload: (count: number) => (count === 0 ? "Envoyer" : `Envoyer ${files(count)}`),
    none: "Choisis des fichiers ou dépose-les ici.",
    drop: "Lâche sur une humeur pour envoyer aussitôt",
    limits: (types: string, size: number) => `${capital(types)} · jusqu’à ${limit(size)} chacun`,
    list,
    kinds: { "audio/*": "audio", "video/*": "vidéo", "image/*": "images", "application/pdf": "PDF" },
    tooLarge: (name: string, size: number, most: number) => `${name} fait ${bytes(size)}. La limite est de ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} n’est pas pris en charge. Tu peux ajouter\u00a0: ${types}.`,
    duplicate: (name: string) => `${name} est déjà dans la liste.`,
    refusedTitle: (count: number) =>
      plural(count, {
        one: "# fichier ne peut pas être ajouté",
        many: "# de fichiers ne peuvent pas être ajoutés",
        other: "# fichiers ne peuvent pas être ajoutés",
      }),
    remove: (name: string) => `Retirer ${name}`,
  },

  uploads: {
    label: "Envois",
    sending: (count: number, failed: number) =>
      failed > 0
        ? `${number(count)} en cours, ${plural(failed, { one: "# échoué", other: "# échoués" })}`
        : `Envoi de ${files(count)}`,
    finished: (count: number) =>
      plural(count, { one: "# fichier envoyé", many: "# de fichiers envoyés", other: "# fichiers envoyés" }),
    failed: (count: number) => plural(count, { one: "# échoué", other: "# échoués" }),
    allFailed: (count: number) => plural(count, { one: "# envoi échoué", many: "# d’envois échoués", other: "# envois échoués" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} sur ${bytes(size)}`,
    left: (time: string) => `encore ${time}`,
    rest: (count: number) => `${number(count)} de plus`,
    cancel: (name: string) => `Annuler ${name}`,
    pause: (name: string) => `Mettre ${name} en pause`,
    resume: (name: string) => `Reprendre ${name}`,
    pausedCount: (count: number) => `${files(count)} en pause`,
    continued: (name: string, percent: number) => `${name} reprend à ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `Mise en pause de ${name}.`,
    announceResumed: (name: string) => `${name} reprend.`,
    retry: (name: string) => `Réessayer ${name}`,
    retryShort: "Réessayer",
    dismiss: (name: string) => `Retirer ${name}`,
    queued: "En attente",
    paused: "En pause",
    preparing: "Préparation…",
    offlineStartsOver: "Tu es hors ligne. Ce fichier recommencera à ton retour.",
    startsOver: "Recommence depuis le début.",
    pausing: "En pause après le transfert en cours…",
    pausingCount: (count: number) => `Mise en pause de ${files(count)}…`,
    tryingAgain: "Nouvelle tentative.",
    confirming: "Vérification…",
    done: "Ajouté",
    announceStart: (count: number) => `Envoi de ${files(count)}.`,
    announceDone: (name: string) => `${name} a été ajouté à ta bibliothèque.`,
    announceFailed: (name: string, reason: string) => `Impossible d’envoyer ${name}. ${reason}`,
  },

  files: {
    again: "Réessayer",
  },

  session: {
    refused: "Ce jeton n’est pas valable ou a expiré. Demandes-en un nouveau.",
  },

  store: {
    noAnswer: (host: string) => `Le serveur de stockage ${host} est injoignable.`,
    noAnswerHint: "Moodrop, lui, est joignable. Ouvre cette adresse dans un nouvel onglet. Si elle ne charge pas, préviens la personne qui gère ce serveur.",
    blocked: (host: string) => `L’envoi a été bloqué en chemin vers le serveur de stockage ${host}.`,
    blockedHint: "Un proxy limite peut-être la taille des envois (413), ou bloque cette page. Préviens la personne qui gère ce serveur.",
    kinds: {
      network: { detail: "La connexion a été perdue.", hint: "Vérifie ta connexion, puis réessaie." },
      stalled: { detail: "L’envoi n’avance plus.", hint: "Vérifie ta connexion, puis réessaie." },
      expired: {
        detail: "Le lien d’envoi a été refusé.",
        hint: "Vérifie que l’horloge de ton ordinateur est à l’heure, puis réessaie.",
      },
      busy: { detail: "L’espace de stockage est occupé.", hint: "Réessaie dans une minute." },
      refused: { detail: "L’espace de stockage a refusé ce fichier.", hint: "" },
      unreadable: {
        detail: "Impossible de lire le fichier.",
        hint: "Il a peut-être été déplacé ou modifié. Ajoute-le à nouveau.",
      },
    },
    codes: {
      BadDigest: "Le fichier a été abîmé en route.",
      XAmzContentChecksumMismatch: "Le fichier a été abîmé en route.",
      XAmzContentSHA256Mismatch: "Le fichier a été abîmé en route.",
      EntityTooLarge: "Le fichier est plus gros que ce que l’espace de stockage accepte.",
      IncompleteBody: "Seule une partie du fichier est arrivée.",
      NoSuchUpload: "L’envoi partiel a été supprimé de l’espace de stockage.",
      NoSuchBucket: "Le bucket de l’espace de stockage a disparu.",
      XMinioStorageFull: "L’espace de stockage est plein.",
      AccessDenied: "L’espace de stockage a refusé l’accès.",
      SignatureDoesNotMatch: "Le lien d’envoi ne correspondait pas au fichier.",
    },
    response: (status: number, code: string, message: string) =>
      `Réponse de l’espace de stockage\u00a0: ${[status, code].filter(Boolean).join(" ")}${message ? `\u00a0: ${message}` : "."}`,
  },

  problems: {
    unreachable: { detail: "Moodrop est injoignable.", hint: "Vérifie ta connexion, ou réessaie dans un instant." },
    unexpected: (status: number) => `Le serveur a renvoyé une erreur (${status}). Réessaie.`,
    codes: {
      timed_out: { detail: "Moodrop a mis trop de temps à répondre.", hint: "Vérifie ta connexion, puis réessaie." },
      mood_not_allowed: { detail: "Cette humeur n’existe pas.", hint: "Choisis-en une autre." },
      quota_exceeded: { detail: "Ton espace est plein.", hint: "Supprime des fichiers ou annule des envois, puis réessaie." },
      parts_missing: { detail: "Tout n’est pas encore arrivé.", hint: "Réessaie." },
      part_mismatch: { detail: "Une partie est mal arrivée.", hint: "Réessaie." },
      file_too_large: { detail: "Le fichier est plus gros que permis.", hint: "" },
      content_type_not_allowed: { detail: "Ce type de fichier n’est pas accepté ici.", hint: "" },
      object_mismatch: {
        detail: "Le fichier arrivé n’est pas celui qui était annoncé.",
        hint: "Ajoute à nouveau le fichier.",
      },
      too_much_pending: { detail: "Tes envois inachevés ne laissent plus de place.", hint: "Attends que certains se terminent, ou annule-en." },
    },
  },

  time: {
    fewSeconds: "quelques secondes",
    seconds: (count: number) => plural(count, { one: "environ # seconde", other: "environ # secondes" }),
    minute: "environ une minute",
    minutes: (count: number) => plural(count, { one: "environ # minute", other: "environ # minutes" }),
    hour: "environ une heure",
    hours: (count: number) => plural(count, { one: "environ # heure", other: "environ # heures" }),
    day: "environ un jour",
    days: (count: number) => plural(count, { one: "environ # jour", other: "environ # jours" }),
  },
} satisfies Words;
