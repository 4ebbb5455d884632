/** The words about songs on this device, loaded with the first need of them. */
import { partWords } from "../../lib/part-words";
import type { DeviceWords } from "./words/en";

export const { load: loadDeviceWords, useWords: useDeviceWords, words: deviceWords } = partWords<DeviceWords>({
  en: () => import("./words/en"),
  de: () => import("./words/de"),
  es: () => import("./words/es"),
  fr: () => import("./words/fr"),
  ar: () => import("./words/ar"),
});
