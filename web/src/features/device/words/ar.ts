/** Arabic: songs on this device. */
import { locale } from "../../../lib/words/ar";
import type { DeviceWords } from "./en";

const { plural } = locale;
/** Isolates a name from the sentence: it may run the other way. */
const apart = (text: string) => `\u2068${text}\u2069`;
const files = (count: number) =>
  plural(count, {
    zero: "لا ملفات",
    one: "ملف واحد",
    two: "ملفان",
    few: "# ملفات",
    many: "# ملفًا",
    other: "# ملف",
  });

export const words: DeviceWords = {
  title: "على هذا الجهاز",
  total: (count, size) => `${files(count)}، ${apart(size)}`,
  none: "لا أغاني هنا بعد. افتح قائمة أغنية واختر «احتفظ بها على هذا الجهاز» لتستمع إليها بلا اتصال.",
  offline: "أنت غير متصل. يمكنك الاستماع إلى هذه الأغاني.",
  keeping: (title) => `يُحفظ ${apart(title)} على هذا الجهاز…`,
  stored: (title, size) => `${apart(title)} محفوظ على هذا الجهاز (${apart(size)}).`,
  failed: (title, reason) => `تعذّر حفظ ${apart(title)} على هذا الجهاز. ${reason}`,
  noRoom: "تحقق من الاتصال والمساحة الخالية، ثم حاول مرة أخرى.",
  remove: (title) => `أزل ${apart(title)} من هذا الجهاز`,
  removed: (title) => `أُزيل ${apart(title)} من هذا الجهاز.`,
  close: "إغلاق",
};
