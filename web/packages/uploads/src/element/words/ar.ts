/** Arabic. */
import { localeOf } from "../locale.js";
import type { Words } from "./en.js";

export const locale = localeOf("ar-u-nu-latn");
const { limit, list, number, plural } = locale;

const apart = (text: string) => `\u2068${text}\u2069`;
const bytes = (count: number) => apart(locale.bytes(count));
const files = (count: number) =>
  plural(count, {
    zero: "لا ملفات",
    one: "ملف واحد",
    two: "ملفان",
    few: "# ملفات",
    many: "# ملفًا",
    other: "# ملف",
  });
const filesOf = (count: number) => (count === 2 ? "ملفين" : files(count));
const uploads = (count: number) =>
  plural(count, {
    zero: "لا عمليات رفع",
    one: "عملية رفع واحدة",
    two: "عمليتا رفع",
    few: "# عمليات رفع",
    many: "# عملية رفع",
    other: "# عملية رفع",
  });

export const words = {
  app: {
    offline: "أنت غير متصل. سيُستأنف كل شيء عندما تعود.",
  },

  moods: {
    label: "المزاج",
    names: { happy: "سعيد", sad: "حزين", neutral: "محايد" },
  },

  add: {
    button: "أضف ملفات",
    choose: "اختر ملفات",
    upload: (count: number) => (count === 0 ? "ارفع" : `ارفع ${filesOf(count)}`),
    none: "اختر ملفات أو أفلتها هنا.",
    drop: "أفلت على مزاج للرفع فورًا",
    limits: (types: string, size: number) => `${types} · حتى ${apart(limit(size))} لكل ملف`,
    list,
    kinds: { "audio/*": "صوت", "video/*": "فيديو", "image/*": "صور", "application/pdf": "PDF" },
    tooLarge: (name: string, size: number, most: number) =>
      `حجم ${apart(name)} هو ${bytes(size)}. الحد الأقصى ${apart(limit(most))}.`,
    notAllowed: (name: string, types: string) => `${apart(name)} غير مدعوم. يمكنك إضافة: ${types}.`,
    duplicate: (name: string) => `${apart(name)} موجود في القائمة من قبل.`,
    refusedTitle: (count: number) =>
      plural(count, {
        zero: "يمكن إضافة كل الملفات",
        one: "تعذّرت إضافة ملف واحد",
        two: "تعذّرت إضافة ملفين",
        few: "تعذّرت إضافة # ملفات",
        many: "تعذّرت إضافة # ملفًا",
        other: "تعذّرت إضافة # ملف",
      }),
    remove: (name: string) => `أزل ${apart(name)}`,
  },

  uploads: {
    label: "عمليات الرفع",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${number(count)} قيد الرفع، ${number(failed)} لم تنجح` : `جارٍ رفع ${filesOf(count)}`,
    finished: (count: number) => `تم رفع ${filesOf(count)}`,
    failed: (count: number) => `${number(count)} لم تنجح`,
    allFailed: (count: number) => `لم تنجح ${uploads(count)}`,
    sentOf: (sent: number, size: number) => `${bytes(sent)} من ${bytes(size)}`,
    left: (time: string) => `بقي ${time}`,
    rest: (count: number) => `${number(count)} غيرها`,
    cancel: (name: string) => `ألغِ ${apart(name)}`,
    pause: (name: string) => `أوقف ${apart(name)} مؤقتًا`,
    resume: (name: string) => `استأنف ${apart(name)}`,
    pausedCount: (count: number) => `متوقف مؤقتًا: ${files(count)}`,
    continued: (name: string, percent: number) => `جارٍ استئناف ${apart(name)} عند ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `جارٍ إيقاف رفع ${apart(name)} مؤقتًا.`,
    announceResumed: (name: string) => `استُؤنف رفع ${apart(name)}.`,
    retry: (name: string) => `أعد المحاولة: ${apart(name)}`,
    retryShort: "أعد المحاولة",
    dismiss: (name: string) => `إخفاء ${apart(name)}`,
    queued: "في الانتظار",
    paused: "متوقف مؤقتًا",
    preparing: "جارٍ التحضير…",
    offlineStartsOver: "أنت غير متصل. سيبدأ هذا الملف من جديد عندما تعود.",
    startsOver: "يبدأ من جديد من البداية.",
    pausing: "سيتوقف مؤقتًا بعد النقل الحالي…",
    pausingCount: (count: number) => `جارٍ الإيقاف المؤقت: ${files(count)}…`,
    tryingAgain: "جارٍ إعادة المحاولة.",
    confirming: "جارٍ التحقق…",
    done: "أُضيف",
    announceStart: (count: number) => `جارٍ رفع ${filesOf(count)}.`,
    announceDone: (name: string) => `أُضيف ${apart(name)} إلى مكتبتك.`,
    announceFailed: (name: string, reason: string) => `تعذّر رفع ${apart(name)}. ${reason}`,
  },

  files: {
    again: "حاول مرة أخرى",
  },

  session: {
    refused: "هذا الرمز غير صالح أو انتهت صلاحيته. اطلب رمزًا جديدًا.",
  },

  store: {
    noAnswer: (host: string) => `تعذّر الوصول إلى خادم التخزين ${apart(host)}.`,
    noAnswerHint: "أما Moodrop فيعمل. افتح هذا العنوان في علامة تبويب جديدة. فإن لم يُحمَّل فأخبر من يدير هذا الخادم.",
    blocked: (host: string) => `حُظر الرفع في طريقه إلى خادم التخزين ${apart(host)}.`,
    blockedHint: "ربما يحدّ خادم وسيط من حجم الرفع (413) أو يحظر هذه الصفحة. أخبر من يدير هذا الخادم.",
    kinds: {
      network: { detail: "انقطع الاتصال.", hint: "تحقق من اتصالك، ثم أعد المحاولة." },
      stalled: { detail: "توقف الرفع عن التقدم.", hint: "تحقق من اتصالك، ثم أعد المحاولة." },
      expired: { detail: "رُفض رابط الرفع.", hint: "تحقق من أن ساعة جهازك صحيحة، ثم أعد المحاولة." },
      busy: { detail: "مخزن الملفات مشغول.", hint: "أعد المحاولة بعد دقيقة." },
      refused: { detail: "رفض مخزن الملفات هذا الملف.", hint: "" },
      unreadable: { detail: "تعذّرت قراءة الملف.", hint: "ربما نُقل أو تغيّر. أضفه من جديد." },
    },
    codes: {
      BadDigest: "تلف الملف في الطريق.",
      XAmzContentChecksumMismatch: "تلف الملف في الطريق.",
      XAmzContentSHA256Mismatch: "تلف الملف في الطريق.",
      EntityTooLarge: "الملف أكبر مما يسمح به مخزن الملفات.",
      IncompleteBody: "وصل جزء من الملف فقط.",
      NoSuchUpload: "أُزيل الرفع الجزئي من مخزن الملفات.",
      NoSuchBucket: "حاوية مخزن الملفات مفقودة.",
      XMinioStorageFull: "مخزن الملفات ممتلئ.",
      AccessDenied: "رفض مخزن الملفات الوصول.",
      SignatureDoesNotMatch: "لم يطابق رابط الرفع الملف.",
    },
    response: (status: number, code: string, message: string) =>
      `ردّ مخزن الملفات: ${apart([status, code].filter(Boolean).join(" "))}${message ? `: ${apart(message)}` : "."}`,
  },

  problems: {
    unreachable: { detail: "تعذّر الوصول إلى Moodrop.", hint: "تحقق من الاتصال، أو حاول مرة أخرى بعد لحظة." },
    unexpected: (status: number) => `أعاد الخادم خطأ (${number(status)}). حاول مرة أخرى.`,
    codes: {
      timed_out: { detail: "استغرق رد Moodrop وقتًا طويلًا.", hint: "تحقق من الاتصال، ثم حاول مرة أخرى." },
      mood_not_allowed: { detail: "لا يوجد مزاج كهذا.", hint: "اختر مزاجًا آخر." },
      quota_exceeded: { detail: "امتلأت مساحتك.", hint: "احذف ملفات أو ألغِ عمليات رفع ثم حاول مجددًا." },
      parts_missing: { detail: "لم يصل كل شيء بعد.", hint: "حاول مرة أخرى." },
      part_mismatch: { detail: "وصل جزء على نحو خاطئ.", hint: "حاول مرة أخرى." },
      file_too_large: { detail: "الملف أكبر من المسموح.", hint: "" },
      content_type_not_allowed: { detail: "هذا النوع من الملفات غير مسموح هنا.", hint: "" },
      too_much_pending: { detail: "عمليات الرفع غير المكتملة لا تترك مكانًا لغيرها.", hint: "انتظر حتى يكتمل بعضها، أو ألغِ بعضها." },
    },
  },

  time: {
    fewSeconds: "بضع ثوانٍ",
    seconds: (count: number) =>
      plural(count, { one: "نحو ثانية", two: "نحو ثانيتين", few: "نحو # ثوانٍ", many: "نحو # ثانية", other: "نحو # ثانية" }),
    minute: "نحو دقيقة",
    minutes: (count: number) =>
      plural(count, { one: "نحو دقيقة", two: "نحو دقيقتين", few: "نحو # دقائق", many: "نحو # دقيقة", other: "نحو # دقيقة" }),
    hour: "نحو ساعة",
    hours: (count: number) =>
      plural(count, { one: "نحو ساعة", two: "نحو ساعتين", few: "نحو # ساعات", many: "نحو # ساعة", other: "نحو # ساعة" }),
    day: "نحو يوم",
    days: (count: number) =>
      plural(count, { one: "نحو يوم", two: "نحو يومين", few: "نحو # أيام", many: "نحو # يومًا", other: "نحو # يوم" }),
  },
} satisfies Words;
