/** Arabic. */
import type { ListeningWords } from "./en";

export const words: ListeningWords = {
  title: "السجل",
  lead: "ما شغّلته، لك وحدك.",
  empty: "لا شيء بعد. ما تشغّله يظهر هنا.",
  unfinished: "متابعة",
  forMood: "لك في هذا المزاج",
  goOn: (title) => `متابعة ${title}`,
  play: (title) => `تشغيل ${title}`,
  at: (position, duration) => `${position} من ${duration}`,
  heard: (time) => `مدة الاستماع ${time}`,
  gone: "لم يعد متاحًا",
  remove: (title) => `إزالة ${title} من سجلك`,
  removeGone: "إزالة هذا السطر من سجلك",
  more: "عرض المزيد",
  keep: "الاحتفاظ بسجلي",
  off: "السجل متوقف: لن يُحفظ شيء آخر.",
  clear: "حذف الكل",
  clearQuestion: "هل تريد حذف سجلك كله؟ لا يمكن التراجع عن ذلك.",
  clearNow: "حذف السجل كله",
  cancel: "إلغاء",
  cleared: "حُذف سجلك.",
};
