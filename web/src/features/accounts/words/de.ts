/** German: the words of the views of accounts. */
import { locale } from "../../../lib/words/de";
import type { AccountWords } from "./en";

const { number, plural } = locale;
const files = (count: number) => plural(count, { one: "# Datei", other: "# Dateien" });

export const words = {
  top: {
    guest: "Gast",
    signIn: "Anmelden",
    register: "Konto anlegen",
    account: "Konto",
    signOut: "Abmelden",
  },

  fields: {
    email: "E-Mail-Adresse",
    password: "Passwort",
    newPassword: "Neues Passwort",
    passwordHint: "Mindestens 10 Zeichen. Ein paar Wörter ohne Zusammenhang sind sicher und leicht zu merken.",
    name: "Name (optional)",
    code: "Sechsstelliger Code",
    show: "Passwort zeigen",
    missing: "Fülle dieses Feld aus.",
    incomplete: "Der Code hat sechs Ziffern.",
  },

  form: {
    busy: "Einen Moment …",
    crowded: "Gerade melden sich viele an. Es wird von selbst noch einmal versucht …",
    wait: (count: number) =>
      plural(count, { one: "In # Sekunde noch einmal", other: "In # Sekunden noch einmal" }),
    back: "Zurück",
    cancel: "Abbrechen",
    save: "Speichern",
    saved: "Gespeichert.",
  },

  signIn: {
    title: "Anmelden",
    lead: "Deine Songs, auf jedem Gerät.",
    submit: "Anmelden",
    sendCode: "Lieber einen Code schicken",
    usePassword: "Lieber mit Passwort",
    forgot: "Passwort vergessen?",
    isNew: "Neu hier?",
    or: "oder",
    provider: (name: string) => `Weiter mit ${name}`,
    asGuest: "Ohne Konto weiter",
    byLink: "Mit deinem Link anmelden",
    byLinkLead: "Du hast den Link aus unserer Mail geöffnet. Drück die Taste, um dich anzumelden.",
    welcome: (name: string) => `Angemeldet als ${name}.`,
  },

  code: {
    title: "Sieh in deine Mails",
    lead: (email: string) => `Wenn ${email} hier gilt, ist ein Code unterwegs. Tipp ihn ein, oder füge ihn ein.`,
    submit: "Weiter",
    again: "Neuen Code schicken",
    againIn: (count: number) =>
      plural(count, { one: "Neuer Code in # Sekunde", other: "Neuer Code in # Sekunden" }),
    sent: "Ein neuer Code ist unterwegs.",
    otherAddress: "Andere Adresse verwenden",
    mails: "Mails dieses Rechners öffnen",
  },

  register: {
    title: "Konto anlegen",
    lead: "Kostenlos, und deine Songs bleiben deine.",
    keep: (count: number) =>
      count === 0 ? "Die Dateien dieses Rechners behalten" : `${files(count)} dieses Rechners behalten`,
    keepHint: "Sie kommen in dein Konto. Nichts wird kopiert, und nichts geht verloren.",
    submit: "Konto anlegen",
    known: "Du hast schon ein Konto?",
    closed: "Neue Konten stehen hier nicht allen offen. Frag, wer diesen Server betreibt.",
  },

  verify: {
    title: "E-Mail-Adresse bestätigen",
    byLinkLead: "Gib das Passwort ein, das du gewählt hast, und drück die Taste.",
    anew: "Gib den Code aus unserer Mail ein, und das Passwort, das du gewählt hast.",
    submit: "Bestätigen",
    done: "Dein Konto ist fertig.",
  },

  forgot: {
    title: "Passwort vergessen?",
    lead: "Wir mailen dir einen Code, mit dem du ein neues setzt.",
    submit: "Code schicken",
    resetTitle: "Neues Passwort setzen",
    resetLead: "Alle Geräte werden abgemeldet.",
    resetSubmit: "Passwort setzen",
    done: "Dein neues Passwort gilt. Melde dich damit an.",
  },

  adopt: {
    title: "Deine Dateien mitnehmen?",
    lead: (count: number) => `Als Gast hast du auf diesem Rechner ${files(count)} hinzugefügt. In dein Konto übernehmen?`,
    yes: "Übernehmen",
    no: "Jetzt nicht",
    begun: "Deine Dateien kommen in dein Konto.",
  },

  link: {
    title: "Ein Terminal anmelden",
    ask: "Gib den Code ein, den das Terminal zeigt.",
    field: "Code des Terminals",
    find: "Weiter",
    question: "Hast du das gerade gestartet?",
    warning: "Wenn nicht, lehn ab: Wer dieses Terminal hat, könnte dein Konto benutzen.",
    code: "Code",
    name: "Terminal",
    network: "Netz",
    scopes: "Es darf",
    allow: "Erlauben",
    refuse: "Ablehnen",
    allowed: "Erlaubt. Geh zurück zu deinem Terminal.",
    refused: "Abgelehnt. Das Terminal bekommt nichts.",
  },

  scopes: {
    "uploads:write": "Dateien hinzufügen",
    "files:read": "Dateien sehen und abspielen",
    "files:write": "Dateien ändern und löschen",
  },

  account: {
    title: "Konto",
    tabs: { profile: "Profil", security: "Anmeldung", devices: "Geräte & Schlüssel", storage: "Speicher", delete: "Löschen" },
    since: (time: string) => `Dabei seit ${time}`,

    language: "Sprache unserer Mails",

    password: "Passwort",
    passwordLead: "Ein neues Passwort meldet alle anderen Geräte ab.",
    passwordSet: "Dein neues Passwort gilt. Alle anderen Geräte sind abgemeldet.",
    noPassword: "Du hast noch kein Passwort. Du meldest dich mit Code oder über einen Anbieter an.",
    setPassword: "Passwort setzen",
    email: "E-Mail-Adresse",
    emailNow: (email: string) => `Du meldest dich als ${email} an.`,
    newEmail: "Neue E-Mail-Adresse",
    changeEmail: "Adresse ändern",
    emailSent: (email: string) => `Gib den Code ein, den wir an ${email} geschickt haben.`,
    emailChanged: "Deine E-Mail-Adresse ist geändert.",

    identities: "Weitere Wege, dich anzumelden",
    link: (name: string) => `${name} verbinden`,
    unlink: (name: string) => `${name} trennen`,
    unlinked: "Getrennt.",

    sessions: "Wo du angemeldet bist",
    current: "Dieses Gerät",
    unknownDevice: "Unbekanntes Gerät",
    lastSeen: (time: string) => `Zuletzt benutzt: ${time}`,
    neverUsed: "Nie benutzt",
    end: "Abmelden",
    endOne: (name: string) => `${name} abmelden`,
    endOthers: "Alle anderen abmelden",
    ended: "Abgemeldet.",
    script: "Skript",

    keys: "API-Schlüssel",
    keysLead: "Für Skripte, statt eines Passworts. Jeder lässt sich einzeln widerrufen.",
    noKeys: "Noch keine Schlüssel.",
    keyName: "Wofür ist er?",
    keyLasts: "Gültig für",
    lasts: { month: "30 Tage", quarter: "90 Tage", year: "1 Jahr" },
    keyMay: "Er darf",
    makeKey: "Schlüssel erstellen",
    madeKey: "Dein neuer Schlüssel",
    keyOnce: "Kopier ihn jetzt. Er wird nur dieses eine Mal gezeigt.",
    copy: "Kopieren",
    copied: "Schlüssel kopiert.",
    copyFailed: "Kopieren ging nicht. Markier den Schlüssel und kopier ihn von Hand.",
    keyDone: "Ich habe ihn gesichert",
    revoke: "Widerrufen",
    revokeOne: (name: string) => `${name} widerrufen`,
    revoked: "Schlüssel widerrufen.",
    until: (time: string) => `Gültig bis ${time}`,

    storageLead: "Was deine Dateien hier belegen.",
    unlimited: "Hier gibt es keine Grenze.",
    used: (used: string, limit: string) => `${used} von ${limit} belegt`,
    usedOnly: (used: string) => `${used} belegt`,
    filesUsed: (count: number, limit: number) => `${number(count)} von ${files(limit)}`,
    files: (count: number) => files(count),

    deleteLead: "Dein Konto, alle seine Dateien und alle Links dazu werden endgültig gelöscht. Es gibt kein Zurück.",
    deleteTyped: (email: string) => `Gib zur Bestätigung ${email} ein`,
    deleteMismatch: "Das ist nicht die Adresse dieses Kontos.",
    deleteSubmit: "Mein Konto löschen",
    deleted: "Dein Konto wird gelöscht.",
  },

  recent: {
    title: "Bestätige, dass du es bist",
    lead: "Du hast dich vor einer Weile angemeldet, und diese Änderung ist heikel.",
    submit: "Bestätigen",
    sendCode: "Code mailen",
    sent: (email: string) => `Gib den Code ein, den wir an ${email} geschickt haben.`,
  },

  problems: {},
} satisfies AccountWords;
