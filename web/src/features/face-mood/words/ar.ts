/** Arabic. */
import type { FaceWords } from "./en";

/** Isolates a name from the sentence: it may run the other way. */
const apart = (text: string) => `\u2068${text}\u2069`;

export const words: FaceWords = {
  close: "إغلاق",
  loading: "جارٍ التحضير…",
  asking: "اسمح بالوصول إلى الكاميرا للمتابعة.",
  looking: "انظر إلى الكاميرا.",
  hold: "لا تتحرك…",
  progress: "تجري قراءة وجهك",
  verdicts: {
    happy: "مزاجك يبدو سعيدًا.",
    sad: "مزاجك يبدو حزينًا.",
    neutral: "مزاجك يبدو محايدًا.",
  },
  sureness: { clear: "شبه مؤكد.", likely: "على الأرجح.", guess: "مجرد تخمين." },
  cameraOff: "الكاميرا مطفأة.",
  pick: "كيف تشعر؟",
  again: "حاول مرة أخرى",
  troubles: {
    insecure: {
      detail: `تحتاج الكاميرا إلى عنوان آمن (${apart("https")}).`,
      hint: `اطلب ممن يدير هذا الخادم أن يفعّل ${apart("https")}.`,
    },
    refused: {
      detail: "الوصول إلى الكاميرا محظور.",
      hint: "اسمح به في شريط العنوان أو في إعدادات النظام، ثم حاول مرة أخرى.",
    },
    no_camera: { detail: "لم يُعثر على كاميرا.", hint: "صِل واحدة ثم حاول مرة أخرى." },
    busy: { detail: "ربما يستعمل تطبيق آخر الكاميرا.", hint: "أغلقه ثم حاول مرة أخرى." },
    cut: { detail: "فُصلت الكاميرا.", hint: "تحقق من السلك ومن التطبيقات الأخرى، ثم حاول مرة أخرى." },
    left: { detail: "توقفت الكاميرا لأنك غادرت الصفحة.", hint: "حاول مرة أخرى متى شئت." },
    no_face: { detail: "لم يُعثر على وجه.", hint: "انظر إلى الكاميرا في ضوء جيد ثم حاول مرة أخرى." },
    many_faces: { detail: "عُثر على أكثر من وجه.", hint: "حاول مرة أخرى وحدك، أو اختاروا مزاجًا معًا." },
    no_model: { detail: "تعذّر تحميل كاشف الوجوه.", hint: "تحقق من الاتصال ثم حاول مرة أخرى." },
    no_wasm: {
      detail: `كشف الوجوه غير متاح لأن ${apart("WebAssembly")} معطّل في هذا المتصفح.`,
      hint: "اختر مزاجك بنفسك.",
    },
    failed: { detail: "حدث خطأ ما.", hint: "حاول مرة أخرى، أو اختر مزاجك بنفسك." },
  },
};
