/** Spanish: songs on this device. */
import { locale } from "../../../lib/words/es";
import type { DeviceWords } from "./en";

const { plural } = locale;
const files = (count: number) => plural(count, { one: "# archivo", many: "# de archivos", other: "# archivos" });

export const words: DeviceWords = {
  title: "En este dispositivo",
  total: (count, size) => `${files(count)}, ${size}`,
  none: "Aún no hay canciones. Abre el menú de una canción y elige «Guardar en este dispositivo» para escucharla sin conexión.",
  offline: "No tienes conexión. Estas canciones suenan igualmente.",
  keeping: (title) => `Guardando ${title} en este dispositivo…`,
  stored: (title, size) => `${title} está en este dispositivo (${size}).`,
  failed: (title, reason) => `No se pudo guardar ${title} en este dispositivo. ${reason}`,
  noRoom: "Comprueba la conexión y el espacio libre, y vuelve a intentarlo.",
  remove: (title) => `Quitar ${title} de este dispositivo`,
  removed: (title) => `${title} ya no está en este dispositivo.`,
  close: "Cerrar",
};
