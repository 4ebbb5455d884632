/** Spanish. */
import { localeOf } from "../locale";
import type { Words } from "./en";

export const locale = localeOf("es");
const { bytes, limit, list, number, plural } = locale;

const songs = (count: number) => plural(count, { one: "# canción", many: "# de canciones", other: "# canciones" });
const files = (count: number) => plural(count, { one: "# archivo", many: "# de archivos", other: "# archivos" });

/** Adjectives agree; a mood that a service has added stays as it is. */
const agreed: Readonly<Record<string, string>> = { Alegre: "alegres", Triste: "tristes", Neutra: "neutras" };
const songsOf = (mood: string) => `canciones ${agreed[mood] ?? `de «${mood}»`}`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const words = {
  app: {
    name: "Moodrop",
    skip: "Saltar a tus canciones",
    offline: "Esperando a la red. No se pierde nada.",
    loading: "Cargando tus canciones",
    language: "Idioma",
  },

  moods: {
    label: "Ánimo",
    all: "Todas",
    names: { happy: "Alegre", sad: "Triste", neutral: "Neutra" },
    filter: (name: string, count: number | null) => (count === null ? name : `${name}, ${songs(count)}`),
  },

  add: {
    button: "Añadir canciones",
    panel: "Añadir canciones",
    count: (count: number, size: number) => `${files(count)}, ${bytes(size)}`,
    mood: "¿Cómo se siente?",
    moodMany: "¿Cómo se sienten?",
    title: "Título",
    artist: "Artista",
    titleOf: (name: string) => `Título de ${name}`,
    artistOf: (name: string) => `Artista de ${name}`,
    artistUnknown: "Artista, si quieres",
    leaveOut: (name: string) => `Dejar fuera ${name}`,
    more: "Elegir más",
    choose: "Elegir archivos",
    cancel: "Cancelar",
    close: "Cerrar",
    upload: (count: number) => `Subir ${songs(count)}`,
    none: "Elige una canción o suéltala aquí.",
    drop: "Suelta para añadir",
    limits: (types: string, size: number) => `${capital(types)}, hasta ${limit(size)} cada uno`,
    list,
    refusedTitle: (count: number) =>
      plural(count, { one: "# archivo quedó fuera", many: "# de archivos quedaron fuera", other: "# archivos quedaron fuera" }),
    tooLarge: (name: string, size: number, most: number) => `${name} ocupa ${bytes(size)}. El límite es ${limit(most)}.`,
    notAllowed: (name: string, types: string) => `${name} no es de los que guardamos. Caben: ${types}.`,
    duplicate: (name: string) => `${name} ya está en la lista.`,
    unreadable: (name: string) => `No se pudo leer ${name}.`,
    kinds: { "audio/*": "audio", "video/*": "vídeo", "image/*": "imágenes", "application/pdf": "PDF" },
  },

  uploads: {
    label: "Subidas",
    sending: (count: number, failed: number) =>
      failed > 0
        ? `${number(count)} en camino, ${plural(failed, { one: "# fallida", other: "# fallidas" })}`
        : `Subiendo ${songs(count)}`,
    finished: (count: number) =>
      plural(count, { one: "# canción subida", many: "# de canciones subidas", other: "# canciones subidas" }),
    failed: (count: number) => plural(count, { one: "# fallida", other: "# fallidas" }),
    allFailed: (count: number) =>
      plural(count, { one: "# subida fallida", many: "# de subidas fallidas", other: "# subidas fallidas" }),
    sentOf: (sent: number, size: number) => `${bytes(sent)} de ${bytes(size)}`,
    left: (time: string) => `quedan ${time}`,
    rest: (count: number) => `y ${number(count)} más`,
    fold: "Plegar las subidas",
    unfold: "Mostrar las subidas",
    cancel: (name: string) => `Cancelar ${name}`,
    cancelAll: "Cancelar todo",
    pause: (name: string) => `Pausar ${name}`,
    resume: (name: string) => `Seguir con ${name}`,
    pauseAll: "Pausar todo",
    resumeAll: "Seguir con todo",
    pausedCount: (count: number) =>
      plural(count, { one: "# canción en pausa", many: "# de canciones en pausa", other: "# canciones en pausa" }),
    continueAgain: "Vuelve a elegir el archivo para seguir.",
    chooseAgain: "Elegir archivo",
    chooseAgainFor: (name: string) => `Volver a elegir ${name} para seguir`,
    discard: (name: string) => `Descartar ${name}`,
    kept: (stored: number, size: number) => `${bytes(stored)} de ${bytes(size)} ya están a salvo aquí.`,
    toContinue: (count: number) =>
      plural(count, { one: "# canción por terminar", many: "# de canciones por terminar", other: "# canciones por terminar" }),
    otherFile: (filename: string, size: number) =>
      `Es otro archivo, o ha cambiado desde entonces. Elige ${filename} (${bytes(size)}), o descártalo y añade el nuevo.`,
    continued: (name: string, percent: number) => `${name} sigue donde se quedó: ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `${name} está en pausa.`,
    announceResumed: (name: string) => `${name} sigue.`,
    announceAllPaused: "Todas las subidas están en pausa.",
    announceAllResumed: "Todas las subidas siguen.",
    retry: (name: string) => `Reintentar ${name}`,
    retryShort: "Reintentar",
    dismiss: (name: string) => `Quitar ${name}`,
    dismissShort: "Quitar",
    clear: "Despejar",
    queued: "La siguiente en la cola",
    paused: "En pausa",
    preparing: "Preparando…",
    waiting: "Esperando a la red. No se pierde nada.",
    confirming: "Comprobando…",
    done: "En tu colección",
    leave: "Todavía se están subiendo canciones.",
    announceStart: (count: number) => `Subiendo ${songs(count)}.`,
    announceDone: (name: string) => `${name} está en tu colección.`,
    announceFailed: (name: string, reason: string) => `${name} ha fallado. ${reason}`,
  },

  files: {
    label: "Canciones",
    heading: (mood: string | null) => (mood ? capital(songsOf(mood)) : "Todas las canciones"),
    count: songs,
    play: (title: string) => `Reproducir ${title}`,
    pause: (title: string) => `Pausar ${title}`,
    open: (title: string) => `Abrir ${title}`,
    download: (title: string) => `Descargar ${title}`,
    copyLink: (title: string) => `Copiar el enlace a ${title}`,
    remove: (title: string) => `Borrar ${title}`,
    more: (title: string) => `Más sobre ${title}`,
    actions: {
      play: "Reproducir",
      open: "Abrir",
      download: "Descargar",
      copyLink: "Copiar el enlace",
      remove: "Borrar",
      close: "Cerrar",
    },
    removeAsk: "¿Borrar para siempre?",
    removeYes: (title: string) => `Borrar ${title} para siempre`,
    removeYesShort: "Borrar",
    removeNo: (title: string) => `Conservar ${title}`,
    removeNoShort: "Conservar",
    removed: (title: string) => `${title} está borrada.`,
    copied: "Enlace copiado.",
    copiedFor: (time: string) => `Enlace copiado. Sirve durante ${time}.`,
    copyFailed: "No se pudo copiar el enlace.",
    showMore: "Mostrar más",
    loadingMore: "Cargando más…",
    empty: "Aún no hay canciones. Suelta una donde quieras.",
    emptyToRead: "Aún no hay canciones.",
    emptyHint: "Elige un ánimo y te esperará aquí.",
    emptyMood: (mood: string) => `Aún no hay ${songsOf(mood)}.`,
    emptyMoodHint: "Suelta una donde quieras, o escucha otro ánimo.",
    again: "Probar otra vez",
    untitled: "Sin título",
  },

  player: {
    label: "Reproductor",
    play: "Reproducir",
    pause: "Pausar",
    next: "Canción siguiente",
    previous: "Canción anterior",
    seek: "Posición",
    seekAt: (at: string, of: string) => `${at} de ${of}`,
    volume: "Volumen",
    close: "Cerrar el reproductor",
    full: "Pantalla completa",
    unplayable: "Este navegador no puede reproducir el archivo. Aun así puedes descargarlo.",
    playing: (title: string) => `Suena ${title}.`,
  },

  session: {
    title: "Este Moodrop pide un token de acceso",
    lead: "Pega el que te dieron. No se guarda; sigues dentro hasta que caduque o hasta que salgas.",
    field: "Token de acceso",
    enter: "Continuar",
    refused: "Ese token no fue aceptado. Puede que haya caducado; pide uno nuevo.",
    signedIn: (owner: string) => `Has entrado como ${owner}`,
    leave: "Salir",
  },

  problems: {
    unreachable: {
      detail: "No se llega a Moodrop.",
      hint: "Mira la red o espera un momento; quizá esté arrancando.",
    },
    unexpected: (status: number) => `El servicio respondió ${status} y no dio ningún motivo.`,
    codes: {
      internal_error: { detail: "Algo ha fallado por nuestra parte.", hint: "Prueba otra vez." },
      bad_request: { detail: "El servicio no entiende la petición.", hint: "Recarga la página." },
      invalid_cursor: { detail: "La lista ha cambiado.", hint: "Recárgala." },
      validation_failed: { detail: "Hay un dato que no vale.", hint: "Revisa el título y los nombres: quizá algo sea demasiado largo." },
      mood_not_allowed: { detail: "Ese ánimo no existe.", hint: "Elige otro." },
      unauthenticated: { detail: "Para eso tienes que entrar.", hint: "Entra con tu token." },
      token_missing: { detail: "Para eso tienes que entrar.", hint: "Entra con tu token." },
      token_invalid: { detail: "El token no vale.", hint: "Pide uno nuevo." },
      token_expired: { detail: "El token ha caducado.", hint: "Pide uno nuevo." },
      session_ended: { detail: "Tu sesión ha terminado.", hint: "Vuelve a entrar." },
      denied: { detail: "Eso no está permitido aquí.", hint: "" },
      scope_missing: { detail: "Tu token no permite eso.", hint: "Pide uno que lo permita." },
      grant_exhausted: { detail: "A este token no le quedan subidas.", hint: "Pide uno nuevo." },
      grant_too_large: { detail: "El archivo es más grande de lo que permite tu token.", hint: "Pide uno que permita más." },
      grant_type_not_allowed: { detail: "Tu token no permite archivos de ese tipo.", hint: "Pide uno que los permita." },
      foreign_origin: { detail: "Desde esta dirección no está permitido.", hint: "Abre Moodrop en su propia dirección." },
      not_local: { detail: "Este Moodrop solo responde en su propio ordenador.", hint: "" },
      not_found: { detail: "Eso ya no existe.", hint: "Recarga la lista." },
      upload_not_found: { detail: "Esa subida ya no existe.", hint: "Vuelve a añadir el archivo." },
      file_not_found: { detail: "Esa canción ya no existe.", hint: "Recarga la lista." },
      object_missing: { detail: "El archivo aún no ha llegado.", hint: "Prueba otra vez." },
      parts_missing: { detail: "Aún no ha llegado todo.", hint: "Prueba otra vez." },
      part_mismatch: { detail: "Una parte llegó mal.", hint: "Prueba otra vez." },
      upload_busy: { detail: "Esta subida se está comprobando ahora.", hint: "Prueba otra vez dentro de un momento." },
      upload_aborted: { detail: "La subida se canceló.", hint: "Vuelve a añadir el archivo." },
      upload_finished: { detail: "La subida ya está terminada.", hint: "" },
      upload_expired: { detail: "La subida tardó demasiado y ha caducado.", hint: "Vuelve a añadir el archivo." },
      file_deleted: { detail: "Esa canción se ha borrado.", hint: "" },
      file_changed: { detail: "La canción ha cambiado entretanto.", hint: "Mírala de nuevo y decide entonces." },
      file_too_large: { detail: "El archivo es más grande de lo permitido.", hint: "" },
      content_type_not_allowed: { detail: "Aquí no caben archivos de ese tipo.", hint: "" },
      object_mismatch: { detail: "Lo que llegó no es lo anunciado.", hint: "Vuelve a añadir el archivo." },
      not_ready: { detail: "El servicio todavía está arrancando.", hint: "No se pierde nada. Prueba otra vez dentro de un momento." },
      store_unsafe: { detail: "El almacén de archivos no está bien configurado.", hint: "Quien lleva este Moodrop verá el motivo en el registro." },
      store_unavailable: { detail: "El almacén de archivos no responde.", hint: "No se pierde nada. Prueba otra vez dentro de un momento." },
      store_denied: { detail: "El almacén de archivos no deja entrar al servicio.", hint: "Quien lleva este Moodrop tiene que revisar las claves." },
      database_unavailable: { detail: "La base de datos no responde.", hint: "No se pierde nada. Prueba otra vez dentro de un momento." },
      identity_unavailable: { detail: "El servicio de acceso no responde.", hint: "Prueba otra vez dentro de un momento." },
    },
  },

  store: {
    kinds: {
      network: {
        detail: "No se llega al almacén de archivos.",
        hint: "No se pierde nada. Reintenta cuando vuelva la red.",
      },
      stalled: {
        detail: "La conexión dejó de avanzar.",
        hint: "No se pierde nada. Reintenta cuando vuelva la red.",
      },
      expired: {
        detail: "El almacén rechazó una y otra vez la dirección de subida.",
        hint: "Si el reloj de este ordenador va mal, ponlo en hora y reintenta.",
      },
      busy: { detail: "El almacén de archivos está demasiado ocupado.", hint: "Reintenta dentro de un minuto." },
      refused: { detail: "El almacén de archivos rechazó este archivo.", hint: "" },
      unreadable: { detail: "No se pudo leer el archivo. ¿Se ha movido o cambiado?", hint: "" },
    },
    codes: {
      BadDigest: "Los bytes cambiaron por el camino.",
      XAmzContentChecksumMismatch: "Los bytes cambiaron por el camino.",
      XAmzContentSHA256Mismatch: "Los bytes cambiaron por el camino.",
      EntityTooLarge: "Es más grande de lo que admite el almacén.",
      IncompleteBody: "No llegó entero.",
      NoSuchUpload: "El almacén ha descartado lo enviado hasta ahora.",
      NoSuchBucket: "El almacén no tiene dónde ponerlo: su bucket ya no está.",
      XMinioStorageFull: "El almacén está lleno.",
      AccessDenied: "El almacén no lo permite.",
      SignatureDoesNotMatch: "La dirección de subida no correspondía al archivo.",
    },
    said: (status: number, code: string, message: string) =>
      `El almacén dijo ${[status, code].filter(Boolean).join(" ")}${message ? `: ${message}` : "."}`,
  },

  time: {
    justNow: "ahora mismo",
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
