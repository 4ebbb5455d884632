/** German. */
import type { FaceWords } from "./en";

export const words: FaceWords = {
  close: "Schließen",
  loading: "Gleich geht es los …",
  asking: "Erlaube den Zugriff auf die Kamera, dann geht es weiter.",
  looking: "Schau in die Kamera.",
  hold: "Halt still …",
  progress: "Dein Gesicht wird gelesen",
  verdicts: {
    happy: "Du wirkst fröhlich.",
    sad: "Du wirkst traurig.",
    neutral: "Du wirkst neutral.",
  },
  sureness: { clear: "Ziemlich sicher.", likely: "Wahrscheinlich.", guess: "Nur geraten." },
  cameraOff: "Die Kamera ist aus.",
  pick: "Wie fühlst du dich?",
  again: "Noch einmal versuchen",
  troubles: {
    insecure: {
      detail: "Die Kamera braucht eine sichere Adresse (https).",
      hint: "Bitte die Betreiber dieses Servers, https einzurichten.",
    },
    refused: {
      detail: "Der Zugriff auf die Kamera ist blockiert.",
      hint: "Erlaube ihn in der Adressleiste oder in den Systemeinstellungen, und versuch es noch einmal.",
    },
    no_camera: { detail: "Keine Kamera gefunden.", hint: "Schließ eine an und versuch es noch einmal." },
    busy: {
      detail: "Die Kamera wird vielleicht von einem anderen Programm benutzt.",
      hint: "Schließ es und versuch es noch einmal.",
    },
    cut: {
      detail: "Die Verbindung zur Kamera ist abgebrochen.",
      hint: "Prüf das Kabel und andere Programme, und versuch es noch einmal.",
    },
    left: {
      detail: "Die Kamera ging aus, weil du die Seite verlassen hast.",
      hint: "Versuch es noch einmal, wann du magst.",
    },
    no_face: {
      detail: "Kein Gesicht gefunden.",
      hint: "Schau bei gutem Licht in die Kamera und versuch es noch einmal.",
    },
    many_faces: {
      detail: "Mehr als ein Gesicht gefunden.",
      hint: "Versuch es allein noch einmal, oder wählt gemeinsam eine Stimmung.",
    },
    no_model: {
      detail: "Die Gesichtserkennung ließ sich nicht laden.",
      hint: "Prüf deine Verbindung und versuch es noch einmal.",
    },
    no_wasm: {
      detail: "Die Gesichtserkennung ist nicht verfügbar, weil WebAssembly in diesem Browser ausgeschaltet ist.",
      hint: "Wähle deine Stimmung selbst.",
    },
    failed: { detail: "Das hat nicht geklappt.", hint: "Versuch es noch einmal, oder wähle deine Stimmung selbst." },
  },
};
