/** Arabic. */
import { apart, locale } from "../../../lib/words/ar";
import type { RadioWords } from "./en";

const { plural } = locale;

export const words: RadioWords = {
  label: "الراديو",
  notThis: "ليس هذا",
  notThisOne: (title) => `ليس هذا: ${apart(title)}`,
  refused: (title) => `لن يعود ${apart(title)}.`,
  failed: (reason) => `تعذّر على الراديو جلب المزيد. ${reason} سيحاول مجددًا مع الأغنية التالية.`,
  nothing: "ليس لدى الراديو ما يشغّله غير هذا الآن. سيحاول مجددًا مع الأغنية التالية.",
  why: {
    because: (title) => `لأنك شغّلت ${apart(title)}`,
    becauseOther: "تناسب ما شغّلته",
    popular: "رائجة في هذا المزاج",
    often: (count) =>
      plural(count, { one: "شغّلتها مرة واحدة", two: "شغّلتها مرتين", few: "شغّلتها # مرات", many: "شغّلتها # مرة", other: "شغّلتها # مرة" }),
    lately: (days) =>
      plural(days, {
        one: "لم تسمعها منذ أمس",
        two: "لم تسمعها منذ يومين",
        few: "لم تسمعها منذ # أيام",
        many: "لم تسمعها منذ # يومًا",
        other: "لم تسمعها منذ # يوم",
      }),
    again: "مرة أخرى",
    isNew: "جديدة عليك",
    other: "موصى بها لك",
  },
};
