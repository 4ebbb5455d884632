/** Spanish. */
import { localeOf } from "../locale.js";
import type { Words } from "./en.js";

export const locale = localeOf("es");
const { bytes, limit, list, number, plural } = locale;

const files = (count: number) => plural(count, { one: "# archivo", many: "# de archivos", other: "# archivos" });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const words = {
  app: {
    offline: "Estás sin conexión. Todo seguirá cuando vuelvas.",
  },

  moods: {
    label: "Ánimo",
    names: { happy: "Alegre", sad: "Triste", neutral: "Neutra" },
  },

  add: {
    button: "Añadir archivos",
    choose: "Elegir archivos",
    upload: (count: number) => (count === 0 ? "Subir" : `Subir ${files(count)}`),
    none: "Elige archivos o suéltalos aquí.",
    drop: "Suelta sobre un ánimo para subir al instante",
    limits: (types: string, size: number) => `${capital(types)} · hasta ${limit(size)} cada uno`,
    list,
    kinds: { "audio/*": "audio", "video/*": "vídeo", "image/*": "imágenes", "application/pdf": "PDF" },
    tooLarge: (name: string, size: number, most: number) => `${name} ocupa ${bytes(size)}. El límite es ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} no es compatible. Puedes añadir ${types}.`,
    duplicate: (name: string) => `${name} ya está en la lista.`,
    refusedTitle: (count: number) =>
      plural(count, {
        one: "# archivo no se puede añadir",
        many: "# de archivos no se pueden añadir",
        other: "# archivos no se pueden añadir",
      }),
    remove: (name: string) => `Quitar ${name}`,
  },

  uploads: {
    label: "Subidas",
    sending: (count: number, failed: number) =>
      failed > 0
        ? `${number(count)} en curso, ${plural(failed, { one: "# fallida", other: "# fallidas" })}`
        : `Subiendo ${files(count)}`,
    finished: (count: number) =>
      plural(count, { one: "# archivo subido", many: "# de archivos subidos", other: "# archivos subidos" }),
    failed: (count: number) => plural(count, { one: "# fallida", other: "# fallidas" }),
    allFailed: (count: number) =>
      plural(count, { one: "# subida fallida", many: "# de subidas fallidas", other: "# subidas fallidas" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} de ${bytes(size)}`,
    left: (time: string) => `tiempo restante: ${time}`,
    rest: (count: number) => `${number(count)} más`,
    cancel: (name: string) => `Cancelar ${name}`,
    pause: (name: string) => `Pausar ${name}`,
    resume: (name: string) => `Reanudar ${name}`,
    pausedCount: (count: number) =>
      plural(count, { one: "# archivo en pausa", many: "# de archivos en pausa", other: "# archivos en pausa" }),
    continued: (name: string, percent: number) => `Reanudando ${name} en el ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `Pausando ${name}.`,
    announceResumed: (name: string) => `${name} se reanuda.`,
    retry: (name: string) => `Reintentar ${name}`,
    retryShort: "Reintentar",
    dismiss: (name: string) => `Quitar ${name}`,
    queued: "En espera",
    paused: "En pausa",
    preparing: "Preparando…",
    offlineStartsOver: "Estás sin conexión. Este archivo empezará de nuevo cuando vuelvas.",
    startsOver: "Empieza de nuevo desde el principio.",
    pausing: "Se pausará tras la transferencia actual…",
    pausingCount: (count: number) => `Pausando ${files(count)}…`,
    tryingAgain: "Reintentando.",
    confirming: "Comprobando…",
    done: "Añadido",
    announceStart: (count: number) => `Subiendo ${files(count)}.`,
    announceDone: (name: string) => `${name} se añadió a tu biblioteca.`,
    announceFailed: (name: string, reason: string) => `No se pudo subir ${name}. ${reason}`,
  },

  files: {
    again: "Probar otra vez",
  },

  session: {
    refused: "Ese token no es válido o ha caducado. Pide uno nuevo.",
  },

  store: {
    noAnswer: (host: string) => `No se puede conectar con el servidor de almacenamiento en ${host}.`,
    noAnswerHint: "Moodrop sí está disponible. Abre esa dirección en otra pestaña. Si no carga, avisa a quien lleva este servidor.",
    blocked: (host: string) => `La subida se bloqueó de camino al servidor de almacenamiento en ${host}.`,
    blockedHint: "Puede que un proxy limite el tamaño de las subidas (413) o bloquee esta página. Avisa a quien lleva este servidor.",
    kinds: {
      network: { detail: "Se perdió la conexión.", hint: "Revisa la conexión y reintenta." },
      stalled: { detail: "La subida se ha detenido.", hint: "Revisa la conexión y reintenta." },
      expired: {
        detail: "Se rechazó el enlace de subida.",
        hint: "Comprueba que el reloj de tu ordenador va bien y reintenta.",
      },
      busy: { detail: "El almacenamiento está ocupado.", hint: "Reintenta dentro de un minuto." },
      refused: { detail: "El almacenamiento rechazó este archivo.", hint: "" },
      unreadable: {
        detail: "No se pudo leer el archivo.",
        hint: "Puede que se haya movido o cambiado. Vuelve a añadirlo.",
      },
    },
    codes: {
      BadDigest: "El archivo se dañó por el camino.",
      XAmzContentChecksumMismatch: "El archivo se dañó por el camino.",
      XAmzContentSHA256Mismatch: "El archivo se dañó por el camino.",
      EntityTooLarge: "El archivo es más grande de lo que admite el almacenamiento.",
      IncompleteBody: "Solo llegó parte del archivo.",
      NoSuchUpload: "La subida parcial se eliminó del almacenamiento.",
      NoSuchBucket: "Falta el bucket del almacenamiento.",
      XMinioStorageFull: "El almacenamiento está lleno.",
      AccessDenied: "El almacenamiento denegó el acceso.",
      SignatureDoesNotMatch: "El enlace de subida no correspondía al archivo.",
    },
    response: (status: number, code: string, message: string) =>
      `El almacenamiento respondió ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },

  problems: {
    unreachable: {
      detail: "No se puede conectar con Moodrop.",
      hint: "Revisa la conexión o prueba otra vez dentro de un momento.",
    },
    unexpected: (status: number) => `El servidor devolvió un error (${status}). Prueba otra vez.`,
    codes: {
      timed_out: { detail: "Moodrop ha tardado demasiado en responder.", hint: "Revisa la conexión y prueba otra vez." },
      mood_not_allowed: { detail: "Ese ánimo no existe.", hint: "Elige otro." },
      quota_exceeded: { detail: "Se ha agotado tu espacio.", hint: "Elimina archivos o cancela subidas y vuelve a intentarlo." },
      parts_missing: { detail: "Aún no ha llegado todo.", hint: "Prueba otra vez." },
      part_mismatch: { detail: "Una parte llegó mal.", hint: "Prueba otra vez." },
      file_too_large: { detail: "El archivo es más grande de lo permitido.", hint: "" },
      content_type_not_allowed: { detail: "Aquí no se admiten archivos de ese tipo.", hint: "" },
      store_unsafe: {
        detail: "El almacenamiento no está bien configurado.",
        hint: "Quien lleva este servidor verá el motivo en el registro.",
      },
      store_unavailable: {
        detail: "El almacenamiento no responde.",
        hint: "No se pierde nada. Prueba otra vez dentro de un momento.",
      },
      too_much_pending: { detail: "Tus subidas sin terminar no dejan sitio para más.", hint: "Espera a que acaben algunas o cancela alguna." },
      store_denied: {
        detail: "El almacenamiento no deja entrar al servicio.",
        hint: "Quien lleva este servidor tiene que revisar las claves.",
      },
    },
  },

  time: {
    fewSeconds: "unos segundos",
    seconds: (count: number) => plural(count, { one: "cerca de # segundo", other: "unos # segundos" }),
    minute: "cerca de un minuto",
    minutes: (count: number) => plural(count, { one: "cerca de # minuto", other: "unos # minutos" }),
    hour: "cerca de una hora",
    hours: (count: number) => plural(count, { one: "cerca de # hora", other: "unas # horas" }),
    day: "cerca de un día",
    days: (count: number) => plural(count, { one: "cerca de # día", other: "unos # días" }),
  },
} satisfies Words;
