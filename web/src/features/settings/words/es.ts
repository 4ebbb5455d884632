/** Spanish. */
import { locale } from "../../../lib/words/es";
import type { SettingsWords } from "./en";

const { plural } = locale;

export const words: SettingsWords = {
  language: "Idioma",
  theme: "Tema",
  themes: { system: "Como el dispositivo", light: "Tema claro", dark: "Tema oscuro" },
  keys: "Atajos de teclado",
  device: "En este dispositivo",
  about: "Acerca de esta aplicación",
  aboutText: "Tu propia biblioteca de música, según cómo te sientas. Los archivos van directos del navegador a tu almacenamiento.",
  docs: "Para desarrolladores",
  close: "Cerrar",

  commands: "Búsqueda y comandos",
  commandsHint: "Busca canciones, artistas y acciones",
  songs: "Canciones encontradas",
  artists: "Artistas",
  moods: "Estados de ánimo",
  actions: "Acciones",
  uploadWords: "subir nuevo",
  none: "No hay coincidencias.",
  results: (count) => plural(count, { one: "# resultado", other: "# resultados" }),
  history: "Historial de escucha",
};
