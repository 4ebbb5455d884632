/** Arabic. */
import { locale } from "../../../lib/words/ar";
import type { SettingsWords } from "./en";

const { plural } = locale;

export const words: SettingsWords = {
  language: "اللغة",
  theme: "المظهر",
  themes: { system: "مثل الجهاز", light: "فاتح", dark: "داكن" },
  keys: "اختصارات لوحة المفاتيح",
  device: "على هذا الجهاز",
  about: "حول هذا التطبيق",
  aboutText: "مكتبتك الموسيقية الخاصة، تعزف بحسب مزاجك. تنتقل الملفات مباشرة من متصفحك إلى مساحة تخزينك.",
  docs: "للمطورين",
  close: "إغلاق",

  commands: "البحث والأوامر",
  commandsHint: "ابحث عن أغانٍ وفنانين وأوامر",
  songs: "الأغاني المطابقة",
  artists: "الفنانون",
  moods: "الأمزجة",
  actions: "الأوامر",
  uploadWords: "رفع جديد",
  none: "لا نتائج.",
  results: (count) => plural(count, { zero: "لا نتائج", one: "نتيجة واحدة", two: "نتيجتان", few: "# نتائج", other: "# نتيجة" }),
  history: "سجل الاستماع",
};
