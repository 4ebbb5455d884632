/** French: the words of the views of accounts. */
import { locale } from "../../../lib/words/fr";
import type { AccountWords } from "./en";

const { number, plural } = locale;
const files = (count: number) => plural(count, { one: "# fichier", other: "# fichiers" });

export const words = {
  top: {
    guest: "Invité",
    signIn: "Se connecter",
    register: "Créer un compte",
    account: "Compte",
    signOut: "Se déconnecter",
  },

  fields: {
    email: "Adresse e-mail",
    password: "Mot de passe",
    newPassword: "Nouveau mot de passe",
    passwordHint: "10 caractères ou plus. Quelques mots sans rapport sont sûrs et faciles à retenir.",
    name: "Nom (facultatif)",
    code: "Code à six chiffres",
    show: "Afficher le mot de passe",
    missing: "Remplis ce champ.",
    incomplete: "Le code a six chiffres.",
  },

  form: {
    busy: "Un instant…",
    crowded: "Beaucoup de personnes se connectent. Nouvel essai automatique…",
    wait: (count: number) => plural(count, { one: "Réessaie dans # seconde", other: "Réessaie dans # secondes" }),
    back: "Retour",
    cancel: "Annuler",
    save: "Enregistrer",
    saved: "Enregistré.",
  },

  signIn: {
    title: "Se connecter",
    lead: "Tes morceaux, sur tous tes appareils.",
    submit: "Se connecter",
    sendCode: "Plutôt recevoir un code",
    usePassword: "Plutôt avec mon mot de passe",
    forgot: "Mot de passe oublié ?",
    isNew: "Première visite ?",
    or: "ou",
    provider: (name: string) => `Continuer avec ${name}`,
    asGuest: "Continuer sans compte",
    byLink: "Se connecter avec ton lien",
    byLinkLead: "Tu as ouvert le lien de notre e-mail. Appuie sur le bouton pour te connecter.",
    welcome: (name: string) => `Tu es maintenant ${name}.`,
  },

  code: {
    title: "Regarde tes e-mails",
    lead: (email: string) => `Si ${email} est valable ici, un code est en route. Tape-le ou colle-le.`,
    submit: "Continuer",
    again: "Envoyer un nouveau code",
    againIn: (count: number) =>
      plural(count, { one: "Nouveau code dans # seconde", other: "Nouveau code dans # secondes" }),
    sent: "Un nouveau code est en route.",
    otherAddress: "Utiliser une autre adresse",
    mails: "Ouvrir les e-mails de cet ordinateur",
  },

  register: {
    title: "Créer un compte",
    lead: "C'est gratuit, et tes morceaux restent à toi.",
    keep: (count: number) =>
      count === 0 ? "Garder les fichiers de cet ordinateur" : `Garder ${files(count)} de cet ordinateur`,
    keepHint: "Ils passent dans ton compte. Rien n'est copié, rien n'est perdu.",
    submit: "Créer le compte",
    known: "Tu as déjà un compte ?",
    closed: "Tout le monde ne peut pas créer de compte ici. Demande à qui gère ce serveur.",
  },

  verify: {
    title: "Confirme ton adresse e-mail",
    byLinkLead: "Tape le mot de passe que tu as choisi, puis appuie sur le bouton.",
    anew: "Tape le code de notre e-mail et le mot de passe que tu as choisi.",
    submit: "Confirmer",
    done: "Ton compte est prêt.",
  },

  forgot: {
    title: "Mot de passe oublié ?",
    lead: "Nous t'envoyons un code pour en définir un nouveau.",
    submit: "Envoyer le code",
    resetTitle: "Définir un nouveau mot de passe",
    resetLead: "Tous les appareils seront déconnectés.",
    resetSubmit: "Définir le mot de passe",
    done: "Ton nouveau mot de passe est défini. Connecte-toi avec.",
  },

  adopt: {
    title: "Emporter tes fichiers ?",
    lead: (count: number) => `En tant qu'invité, tu as ajouté ${files(count)} sur cet ordinateur. Les mettre dans ton compte ?`,
    yes: "Les emporter",
    no: "Pas maintenant",
    begun: "Tes fichiers passent dans ton compte.",
  },

  link: {
    title: "Connecter un terminal",
    ask: "Tape le code que le terminal affiche.",
    field: "Code du terminal",
    find: "Continuer",
    question: "Viens-tu de le lancer ?",
    warning: "Sinon, refuse : qui a ce terminal pourrait utiliser ton compte.",
    code: "Code affiché",
    name: "Nom du terminal",
    network: "Réseau",
    scopes: "Il pourra",
    allow: "Autoriser",
    refuse: "Refuser",
    allowed: "Autorisé. Retourne à ton terminal.",
    refused: "Refusé. Le terminal ne reçoit rien.",
  },

  scopes: {
    "uploads:write": "ajouter des fichiers",
    "files:read": "voir et écouter les fichiers",
    "files:write": "modifier et supprimer les fichiers",
  },

  account: {
    title: "Compte",
    tabs: { profile: "Profil", security: "Connexion", devices: "Appareils et clés", storage: "Espace", delete: "Supprimer" },
    since: (time: string) => `Ici depuis le ${time}`,

    language: "Langue de nos e-mails",

    password: "Mot de passe",
    passwordLead: "Un nouveau mot de passe déconnecte tous les autres appareils.",
    passwordSet: "Ton nouveau mot de passe est défini. Tous les autres appareils sont déconnectés.",
    noPassword: "Tu n'as pas encore de mot de passe. Tu te connectes par code ou par un fournisseur.",
    setPassword: "Définir le mot de passe",
    email: "Adresse e-mail",
    emailNow: (email: string) => `Tu te connectes en tant que ${email}.`,
    newEmail: "Nouvelle adresse e-mail",
    changeEmail: "Changer d'adresse",
    emailSent: (email: string) => `Tape le code que nous avons envoyé à ${email}.`,
    emailChanged: "Ton adresse e-mail est changée.",

    identities: "Autres moyens de te connecter",
    link: (name: string) => `Lier ${name}`,
    unlink: (name: string) => `Détacher ${name}`,
    unlinked: "Détaché.",

    sessions: "Où tu es connecté",
    current: "Cet appareil",
    unknownDevice: "Appareil inconnu",
    lastSeen: (time: string) => `Dernière utilisation : ${time}`,
    neverUsed: "Jamais utilisée",
    end: "Déconnecter",
    endOne: (name: string) => `Déconnecter ${name}`,
    endOthers: "Déconnecter tous les autres",
    ended: "Déconnecté.",
    script: "Script",

    keys: "Clés d'API",
    keysLead: "Pour les scripts, à la place d'un mot de passe. Chacune peut être révoquée à part.",
    noKeys: "Pas encore de clé.",
    keyName: "À quoi sert-elle ?",
    keyLasts: "Expire après",
    lasts: { month: "30 jours", quarter: "90 jours", year: "1 an" },
    keyMay: "Elle pourra",
    makeKey: "Créer la clé",
    madeKey: "Ta nouvelle clé",
    keyOnce: "Copie-la maintenant. Elle n'est affichée que cette fois.",
    copy: "Copier",
    copied: "Clé copiée.",
    copyFailed: "Impossible de copier. Sélectionne la clé et copie-la à la main.",
    keyDone: "Je l'ai enregistrée",
    revoke: "Révoquer",
    revokeOne: (name: string) => `Révoquer ${name}`,
    revoked: "Clé révoquée.",
    until: (time: string) => `Expire le ${time}`,

    storageLead: "Ce que tes fichiers occupent ici.",
    unlimited: "Il n'y a pas de limite ici.",
    used: (used: string, limit: string) => `${used} sur ${limit} utilisés`,
    usedOnly: (used: string) => `${used} utilisés`,
    filesUsed: (count: number, limit: number) => `${number(count)} sur ${files(limit)}`,
    files: (count: number) => files(count),

    deleteLead: "Ton compte, tous ses fichiers et tous leurs liens sont supprimés pour de bon. Pas de retour possible.",
    deleteTyped: (email: string) => `Tape ${email} pour confirmer`,
    deleteMismatch: "Ce n'est pas l'adresse de ce compte.",
    deleteSubmit: "Supprimer mon compte",
    deleted: "Ton compte est en cours de suppression.",
  },

  recent: {
    title: "Confirme que c'est toi",
    lead: "Tu t'es connecté il y a un moment, et ce changement est sensible.",
    submit: "Confirmer",
    sendCode: "M'envoyer un code",
    sent: (email: string) => `Tape le code que nous avons envoyé à ${email}.`,
  },

  problems: {},
} satisfies AccountWords;
