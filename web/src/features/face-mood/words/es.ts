/** Spanish. */
import type { FaceWords } from "./en";

export const words: FaceWords = {
  close: "Cerrar",
  loading: "Preparando…",
  asking: "Permite el acceso a la cámara para continuar.",
  looking: "Mira a la cámara.",
  hold: "No te muevas…",
  progress: "Leyendo tu cara",
  verdicts: {
    happy: "Se te ve alegre.",
    sad: "Se te ve triste.",
    neutral: "Tu ánimo parece neutro.",
  },
  sureness: { clear: "Bastante seguro.", likely: "Probablemente.", guess: "Solo una suposición." },
  cameraOff: "La cámara está apagada.",
  pick: "¿Cómo te sientes?",
  again: "Probar otra vez",
  troubles: {
    insecure: {
      detail: "La cámara necesita una dirección segura (https).",
      hint: "Pide a quien lleva este servidor que active https.",
    },
    refused: {
      detail: "El acceso a la cámara está bloqueado.",
      hint: "Permítelo en la barra de direcciones o en los ajustes del sistema y prueba otra vez.",
    },
    no_camera: { detail: "No se encontró ninguna cámara.", hint: "Conecta una y prueba otra vez." },
    busy: { detail: "Puede que otra aplicación esté usando la cámara.", hint: "Ciérrala y prueba otra vez." },
    cut: { detail: "La cámara se desconectó.", hint: "Revisa el cable y otras aplicaciones, y prueba otra vez." },
    left: { detail: "La cámara se apagó porque saliste de la página.", hint: "Prueba otra vez cuando quieras." },
    no_face: { detail: "No se encontró ninguna cara.", hint: "Mira a la cámara con buena luz y prueba otra vez." },
    many_faces: {
      detail: "Se encontró más de una cara.",
      hint: "Prueba otra vez a solas, o elegid un ánimo entre todos.",
    },
    no_model: { detail: "No se pudo cargar la detección de caras.", hint: "Revisa la conexión y prueba otra vez." },
    no_wasm: {
      detail: "La detección de caras no está disponible porque WebAssembly está desactivado en este navegador.",
      hint: "Elige tu ánimo por tu cuenta.",
    },
    failed: { detail: "Algo ha fallado.", hint: "Prueba otra vez, o elige tu ánimo por tu cuenta." },
  },
};
