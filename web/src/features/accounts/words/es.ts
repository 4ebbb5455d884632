/** Spanish: the words of the views of accounts. */
import { locale } from "../../../lib/words/es";
import type { AccountWords } from "./en";

const { number, plural } = locale;
const files = (count: number) => plural(count, { one: "# archivo", other: "# archivos" });

export const words = {
  top: {
    guest: "Invitado",
    signIn: "Iniciar sesión",
    register: "Crear una cuenta",
    account: "Cuenta",
    signOut: "Cerrar sesión",
  },

  fields: {
    email: "Correo electrónico",
    password: "Contraseña",
    newPassword: "Contraseña nueva",
    passwordHint: "10 caracteres o más. Unas pocas palabras sin relación son seguras y fáciles de recordar.",
    name: "Nombre (opcional)",
    code: "Código de seis cifras",
    show: "Mostrar contraseña",
    missing: "Rellena este campo.",
    incomplete: "El código tiene seis cifras.",
  },

  form: {
    busy: "Un momento…",
    crowded: "Mucha gente está iniciando sesión. Se vuelve a intentar automáticamente…",
    wait: (count: number) =>
      plural(count, { one: "Inténtalo de nuevo en # segundo", other: "Inténtalo de nuevo en # segundos" }),
    back: "Atrás",
    cancel: "Cancelar",
    save: "Guardar",
    saved: "Guardado.",
  },

  signIn: {
    title: "Iniciar sesión",
    lead: "Tus canciones, en todos tus dispositivos.",
    submit: "Iniciar sesión",
    sendCode: "Mejor envíame un código",
    usePassword: "Mejor con contraseña",
    forgot: "¿Has olvidado tu contraseña?",
    isNew: "¿Es tu primera vez?",
    or: "o",
    provider: (name: string) => `Continuar con ${name}`,
    asGuest: "Continuar sin cuenta",
    byLink: "Inicia sesión con tu enlace",
    byLinkLead: "Has abierto el enlace de nuestro correo. Pulsa el botón para iniciar sesión.",
    welcome: (name: string) => `Sesión iniciada como ${name}.`,
  },

  code: {
    title: "Mira tu correo",
    lead: (email: string) => `Si ${email} sirve aquí, hay un código en camino. Escríbelo o pégalo.`,
    submit: "Continuar",
    again: "Enviar otro código",
    againIn: (count: number) =>
      plural(count, { one: "Otro código en # segundo", other: "Otro código en # segundos" }),
    sent: "Hay un código nuevo en camino.",
    otherAddress: "Usar otra dirección",
    mails: "Abrir los correos de este equipo",
  },

  register: {
    title: "Crear una cuenta",
    lead: "Gratis, y tus canciones siguen siendo tuyas.",
    keep: (count: number) =>
      count === 0 ? "Conservar los archivos de este equipo" : `Conservar ${files(count)} de este equipo`,
    keepHint: "Pasan a tu cuenta. No se copia ni se pierde nada.",
    submit: "Crear cuenta",
    known: "¿Ya tienes una cuenta?",
    closed: "Aquí no cualquiera puede crear una cuenta. Pregunta a quien lleva este servidor.",
  },

  verify: {
    title: "Confirma tu correo electrónico",
    byLinkLead: "Escribe la contraseña que elegiste y pulsa el botón.",
    anew: "Escribe el código de nuestro correo y la contraseña que elegiste.",
    submit: "Confirmar",
    done: "Tu cuenta está lista.",
  },

  forgot: {
    title: "¿Has olvidado tu contraseña?",
    lead: "Te enviamos un código para poner una nueva.",
    submit: "Enviar código",
    resetTitle: "Pon una contraseña nueva",
    resetLead: "Se cerrará la sesión en todos los dispositivos.",
    resetSubmit: "Poner contraseña",
    done: "Tu contraseña nueva ya vale. Inicia sesión con ella.",
  },

  adopt: {
    title: "¿Te llevas tus archivos?",
    lead: (count: number) => `Como invitado añadiste ${files(count)} en este equipo. ¿Los pasamos a tu cuenta?`,
    yes: "Pasarlos",
    no: "Ahora no",
    begun: "Tus archivos están pasando a tu cuenta.",
  },

  link: {
    title: "Iniciar sesión en un terminal",
    ask: "Escribe el código que muestra el terminal.",
    field: "Código del terminal",
    find: "Continuar",
    question: "¿Lo acabas de iniciar tú?",
    warning: "Si no, recházalo: quien tenga ese terminal podría usar tu cuenta.",
    code: "Código",
    name: "Nombre del terminal",
    network: "Red",
    scopes: "Podrá",
    allow: "Permitir",
    refuse: "Rechazar",
    allowed: "Permitido. Vuelve a tu terminal.",
    refused: "Rechazado. El terminal no recibe nada.",
  },

  scopes: {
    "uploads:write": "añadir archivos",
    "files:read": "ver y reproducir archivos",
    "files:write": "editar y eliminar archivos",
  },

  account: {
    title: "Cuenta",
    tabs: { profile: "Perfil", security: "Acceso", devices: "Dispositivos y claves", storage: "Espacio", delete: "Eliminar" },
    since: (time: string) => `Aquí desde el ${time}`,

    language: "Idioma de nuestros correos",

    password: "Contraseña",
    passwordLead: "Una contraseña nueva cierra la sesión en los demás dispositivos.",
    passwordSet: "Tu contraseña nueva ya vale. Se cerró la sesión en los demás dispositivos.",
    noPassword: "Aún no tienes contraseña. Inicias sesión con un código o con un proveedor.",
    setPassword: "Poner contraseña",
    email: "Correo electrónico",
    emailNow: (email: string) => `Inicias sesión como ${email}.`,
    newEmail: "Correo electrónico nuevo",
    changeEmail: "Cambiar dirección",
    emailSent: (email: string) => `Escribe el código que enviamos a ${email}.`,
    emailChanged: "Tu correo electrónico ha cambiado.",

    identities: "Otras formas de iniciar sesión",
    link: (name: string) => `Vincular ${name}`,
    unlink: (name: string) => `Desvincular ${name}`,
    unlinked: "Desvinculado.",

    sessions: "Dónde tienes sesión iniciada",
    current: "Este dispositivo",
    unknownDevice: "Dispositivo desconocido",
    lastSeen: (time: string) => `Último uso: ${time}`,
    neverUsed: "Sin usar",
    end: "Cerrar sesión",
    endOne: (name: string) => `Cerrar sesión en ${name}`,
    endOthers: "Cerrar todas las demás",
    ended: "Sesión cerrada.",
    script: "Script",

    keys: "Claves de API",
    keysLead: "Para scripts, en lugar de una contraseña. Cada una se puede revocar por separado.",
    noKeys: "Aún no hay claves.",
    keyName: "¿Para qué es?",
    keyLasts: "Caduca en",
    lasts: { month: "30 días", quarter: "90 días", year: "1 año" },
    keyMay: "Podrá",
    makeKey: "Crear clave",
    madeKey: "Tu clave nueva",
    keyOnce: "Cópiala ahora. Solo se muestra esta vez.",
    copy: "Copiar",
    copied: "Clave copiada.",
    copyFailed: "No se pudo copiar. Selecciona la clave y cópiala a mano.",
    keyDone: "Ya la he guardado",
    revoke: "Revocar",
    revokeOne: (name: string) => `Revocar ${name}`,
    revoked: "Clave revocada.",
    until: (time: string) => `Caduca el ${time}`,

    storageLead: "Lo que ocupan tus archivos aquí.",
    unlimited: "Aquí no hay límite.",
    used: (used: string, limit: string) => `${used} de ${limit} en uso`,
    usedOnly: (used: string) => `${used} en uso`,
    filesUsed: (count: number, limit: number) => `${number(count)} de ${files(limit)}`,
    files: (count: number) => files(count),

    deleteLead: "Tu cuenta, todos sus archivos y todos los enlaces a ellos se eliminan para siempre. No hay vuelta atrás.",
    deleteTyped: (email: string) => `Escribe ${email} para confirmar`,
    deleteMismatch: "Esa no es la dirección de esta cuenta.",
    deleteSubmit: "Eliminar mi cuenta",
    deleted: "Tu cuenta se está eliminando.",
  },

  recent: {
    title: "Confirma que eres tú",
    lead: "Iniciaste sesión hace un rato, y este cambio es delicado.",
    submit: "Confirmar",
    sendCode: "Enviarme un código",
    sent: (email: string) => `Escribe el código que enviamos a ${email}.`,
  },

  problems: {},
} satisfies AccountWords;
