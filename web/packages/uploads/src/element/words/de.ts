/** German. */
import { localeOf } from "../locale.js";
import type { Words } from "./en.js";

export const locale = localeOf("de");
const { bytes, limit, list, number, plural } = locale;

const files = (count: number) => plural(count, { one: "# Datei", other: "# Dateien" });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const words = {
  app: {
    offline: "Du bist offline. Alles läuft weiter, sobald du wieder online bist.",
  },

  moods: {
    label: "Stimmung",
    names: { happy: "Fröhlich", sad: "Traurig", neutral: "Neutral" },
  },

  add: {
    button: "Dateien hinzufügen",
    choose: "Dateien wählen",
    upload: (count: number) => (count === 0 ? "Hochladen" : `${files(count)} hochladen`),
    none: "Wähle Dateien oder zieh sie hierher.",
    drop: "Auf einer Stimmung loslassen, um sofort hochzuladen",
    limits: (types: string, size: number) => `${capital(types)} · je bis ${limit(size)}`,
    list,
    kinds: { "audio/*": "Audio", "video/*": "Video", "image/*": "Bilder", "application/pdf": "PDF" },
    tooLarge: (name: string, size: number, most: number) =>
      `${name} ist ${bytes(size)} groß. Erlaubt sind höchstens ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} wird nicht unterstützt. Hinzufügen kannst du ${types}.`,
    duplicate: (name: string) => `${name} ist schon in der Liste.`,
    refusedTitle: (count: number) =>
      plural(count, { one: "# Datei kann nicht hinzugefügt werden", other: "# Dateien können nicht hinzugefügt werden" }),
    remove: (name: string) => `${name} entfernen`,
  },

  uploads: {
    label: "Uploads",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${number(count)} unterwegs, ${number(failed)} fehlgeschlagen` : `${files(count)} unterwegs`,
    finished: (count: number) => `${files(count)} hochgeladen`,
    failed: (count: number) => `${number(count)} fehlgeschlagen`,
    allFailed: (count: number) => plural(count, { one: "# Upload fehlgeschlagen", other: "# Uploads fehlgeschlagen" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} von ${bytes(size)}`,
    left: (time: string) => `noch ${time}`,
    rest: (count: number) => `${number(count)} weitere`,
    cancel: (name: string) => `${name} abbrechen`,
    pause: (name: string) => `${name} anhalten`,
    resume: (name: string) => `${name} fortsetzen`,
    pausedCount: (count: number) => `${files(count)} angehalten`,
    continued: (name: string, percent: number) => `${name} wird bei ${locale.percent(percent)} fortgesetzt.`,
    announcePaused: (name: string) => `${name} wird angehalten.`,
    announceResumed: (name: string) => `${name} wird fortgesetzt.`,
    retry: (name: string) => `${name} noch einmal versuchen`,
    retryShort: "Noch einmal",
    dismiss: (name: string) => `${name} ausblenden`,
    queued: "Wartet",
    paused: "Angehalten",
    preparing: "Wird vorbereitet …",
    offlineStartsOver: "Du bist offline. Diese Datei beginnt von vorn, sobald du wieder online bist.",
    startsOver: "Beginnt von vorn.",
    pausing: "Wird gleich angehalten …",
    pausingCount: (count: number) =>
      plural(count, { one: "# Datei wird angehalten …", other: "# Dateien werden angehalten …" }),
    tryingAgain: "Neuer Versuch.",
    confirming: "Wird geprüft …",
    done: "Hinzugefügt",
    announceStart: (count: number) =>
      plural(count, { one: "# Datei wird hochgeladen.", other: "# Dateien werden hochgeladen." }),
    announceDone: (name: string) => `${name} wurde zu deiner Bibliothek hinzugefügt.`,
    announceFailed: (name: string, reason: string) => `${name} ließ sich nicht hochladen. ${reason}`,
  },

  files: {
    again: "Noch einmal",
  },

  session: {
    refused: "Dieses Token ist ungültig oder abgelaufen. Frag nach einem neuen.",
  },

  store: {
    noAnswer: (host: string) => `Der Speicherserver unter ${host} ist nicht erreichbar.`,
    noAnswerHint: "Moodrop selbst ist erreichbar. Öffne diese Adresse in einem neuen Tab. Lädt sie nicht, sag es den Betreibern dieses Servers.",
    blocked: (host: string) => `Der Upload wurde auf dem Weg zum Speicherserver unter ${host} blockiert.`,
    blockedHint: "Vielleicht begrenzt ein Proxy die Größe von Uploads (413) oder blockiert diese Seite. Sag es den Betreibern dieses Servers.",
    kinds: {
      network: { detail: "Die Verbindung ist abgebrochen.", hint: "Prüf deine Verbindung und versuch es noch einmal." },
      stalled: { detail: "Der Upload kommt nicht voran.", hint: "Prüf deine Verbindung und versuch es noch einmal." },
      expired: {
        detail: "Der Upload-Link wurde abgelehnt.",
        hint: "Prüf, ob die Uhr deines Computers stimmt, und versuch es noch einmal.",
      },
      busy: { detail: "Der Dateispeicher ist ausgelastet.", hint: "Versuch es in einer Minute noch einmal." },
      refused: { detail: "Der Dateispeicher hat diese Datei abgelehnt.", hint: "" },
      unreadable: {
        detail: "Die Datei ließ sich nicht lesen.",
        hint: "Vielleicht wurde sie verschoben oder geändert. Füge sie neu hinzu.",
      },
    },
    codes: {
      BadDigest: "Die Datei wurde unterwegs beschädigt.",
      XAmzContentChecksumMismatch: "Die Datei wurde unterwegs beschädigt.",
      XAmzContentSHA256Mismatch: "Die Datei wurde unterwegs beschädigt.",
      EntityTooLarge: "Die Datei ist größer, als der Dateispeicher erlaubt.",
      IncompleteBody: "Nur ein Teil der Datei ist angekommen.",
      NoSuchUpload: "Der angefangene Upload wurde aus dem Dateispeicher entfernt.",
      NoSuchBucket: "Der Bucket des Dateispeichers fehlt.",
      XMinioStorageFull: "Der Dateispeicher ist voll.",
      AccessDenied: "Der Dateispeicher hat den Zugriff verweigert.",
      SignatureDoesNotMatch: "Der Upload-Link passte nicht zur Datei.",
    },
    response: (status: number, code: string, message: string) =>
      `Antwort des Dateispeichers: ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },

  problems: {
    unreachable: {
      detail: "Moodrop ist nicht erreichbar.",
      hint: "Prüf deine Verbindung, oder versuch es gleich noch einmal.",
    },
    unexpected: (status: number) => `Der Server hat einen Fehler gemeldet (${status}). Versuch es noch einmal.`,
    codes: {
      timed_out: { detail: "Moodrop hat zu lange nicht geantwortet.", hint: "Prüf deine Verbindung, dann versuch es noch einmal." },
      mood_not_allowed: { detail: "Diese Stimmung gibt es nicht.", hint: "Wähle eine andere." },
      quota_exceeded: { detail: "Dein Speicherplatz ist aufgebraucht.", hint: "Lösche Dateien oder brich Uploads ab, dann versuche es noch einmal." },
      parts_missing: { detail: "Noch ist nicht alles angekommen.", hint: "Versuch es noch einmal." },
      part_mismatch: { detail: "Ein Teil ist falsch angekommen.", hint: "Versuch es noch einmal." },
      file_too_large: { detail: "Die Datei ist größer, als hier erlaubt ist.", hint: "" },
      content_type_not_allowed: { detail: "Dateien dieser Art sind hier nicht erlaubt.", hint: "" },
      too_much_pending: { detail: "Deine unfertigen Uploads lassen keinen Platz für weitere.", hint: "Warte, bis einige fertig sind, oder brich welche ab." },
    },
  },

  time: {
    fewSeconds: "ein paar Sekunden",
    seconds: (count: number) => plural(count, { one: "etwa # Sekunde", other: "etwa # Sekunden" }),
    minute: "etwa eine Minute",
    minutes: (count: number) => plural(count, { one: "etwa # Minute", other: "etwa # Minuten" }),
    hour: "etwa eine Stunde",
    hours: (count: number) => plural(count, { one: "etwa # Stunde", other: "etwa # Stunden" }),
    day: "etwa einen Tag",
    days: (count: number) => plural(count, { one: "etwa # Tag", other: "etwa # Tage" }),
  },
} satisfies Words;
