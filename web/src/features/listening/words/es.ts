/** Spanish. */
import type { ListeningWords } from "./en";

export const words: ListeningWords = {
  title: "Historial",
  lead: "Lo que has escuchado, solo para ti.",
  empty: "Aún no hay nada. Lo que escuches aparecerá aquí.",
  unfinished: "Continuar",
  forMood: "Para ti en este estado de ánimo",
  goOn: (title) => `Continuar con ${title}`,
  play: (title) => `Reproducir ${title}`,
  at: (position, duration) => `${position} de ${duration}`,
  heard: (time) => `${time} escuchado`,
  gone: "Ya no está disponible",
  remove: (title) => `Quitar ${title} de tu historial`,
  removeGone: "Quitar esta línea de tu historial",
  more: "Mostrar más",
  keep: "Guardar mi historial",
  off: "Está desactivado: no se guarda nada más.",
  clear: "Borrar todo",
  clearQuestion: "¿Borrar todo tu historial? No se puede deshacer.",
  clearNow: "Borrar todo el historial",
  cancel: "Cancelar",
  cleared: "Tu historial está borrado.",
};
