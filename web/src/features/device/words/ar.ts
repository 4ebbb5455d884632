/** Arabic: songs on this device. */
import { apart, files } from "../../../lib/words/ar";
import type { DeviceWords } from "./en";

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
