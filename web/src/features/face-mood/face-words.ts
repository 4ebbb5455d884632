/** The words of the dialog that reads a face. */
import { partWords } from "../../lib/part-words";
import type { FaceWords } from "./words/en";

export const { load: loadFaceWords, useWords: useFaceWords } = partWords<FaceWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
