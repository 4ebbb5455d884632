/** English: the words of the dialog that reads a face. The other dictionaries have its shape. */

export const words = {
  close: "Close",
  loading: "Getting ready…",
  asking: "Allow camera access to continue.",
  looking: "Look at the camera.",
  hold: "Hold still…",
  progress: "Reading your face",
  verdicts: {
    happy: "You look happy.",
    sad: "You look sad.",
    neutral: "You look neutral.",
  } as Readonly<Record<string, string>>,
  sureness: { clear: "Pretty sure.", likely: "Probably.", guess: "Just a guess." },
  cameraOff: "The camera is off.",
  pick: "How do you feel?",
  again: "Try again",
  troubles: {
    insecure: {
      detail: "The camera needs a secure (https) address.",
      hint: "Ask whoever runs this server to enable https.",
    },
    refused: {
      detail: "Camera access is blocked.",
      hint: "Allow it in the address bar or system settings, then try again.",
    },
    no_camera: { detail: "No camera found.", hint: "Connect one and try again." },
    busy: { detail: "The camera may be in use by another app.", hint: "Close that app and try again." },
    cut: { detail: "The camera was disconnected.", hint: "Check its cable and other apps, then try again." },
    left: { detail: "The camera stopped because you left the page.", hint: "Try again whenever you like." },
    no_face: { detail: "No face found.", hint: "Face the camera in good light and try again." },
    many_faces: { detail: "More than one face found.", hint: "Try again alone, or pick a mood together." },
    no_model: { detail: "Couldn't load face detection.", hint: "Check your connection and try again." },
    no_wasm: {
      detail: "Face detection isn't available because WebAssembly is turned off in this browser.",
      hint: "Pick your mood yourself.",
    },
    failed: { detail: "Something went wrong.", hint: "Try again, or pick your mood yourself." },
  },
};

export type FaceWords = typeof words;
