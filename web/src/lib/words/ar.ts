/** Arabic, with the digits that the page shows everywhere else. */
import { localeOf } from "../locale";
import type { Words } from "./en";

export const locale = localeOf("ar-u-nu-latn");
const { limit, list, number, plural } = locale;

/** Kept apart from the sentence: a name may run the other way. */
const apart = (text: string) => `\u2068${text}\u2069`;
const bytes = (count: number) => apart(locale.bytes(count));

const songs = (count: number) =>
  plural(count, {
    zero: "لا أغاني",
    one: "أغنية واحدة",
    two: "أغنيتان",
    few: "# أغانٍ",
    many: "# أغنية",
    other: "# أغنية",
  });
/** After a verb or a preposition. */
const songsOf = (count: number) => (count === 2 ? "أغنيتين" : songs(count));
const files = (count: number) =>
  plural(count, {
    zero: "لا ملفات",
    one: "ملف واحد",
    two: "ملفان",
    few: "# ملفات",
    many: "# ملفًا",
    other: "# ملف",
  });
const uploads = (count: number) =>
  plural(count, {
    zero: "لا عمليات رفع",
    one: "عملية رفع واحدة",
    two: "عمليتا رفع",
    few: "# عمليات رفع",
    many: "# عملية رفع",
    other: "# عملية رفع",
  });

/** Adjectives agree; a mood that a service has added stays as it is. */
const agreed: Readonly<Record<string, string>> = { سعيد: "سعيدة", حزين: "حزينة", محايد: "محايدة" };
const moodOf = (mood: string) => agreed[mood] ?? `«${apart(mood)}»`;

export const words = {
  app: {
    name: "Moodrop",
    skip: "انتقل إلى أغانيك",
    offline: "في انتظار الشبكة. لن يضيع شيء.",
    loading: "جارٍ تحميل أغانيك",
    language: "اللغة",
  },

  moods: {
    label: "المزاج",
    all: "الكل",
    names: { happy: "سعيد", sad: "حزين", neutral: "محايد" },
    filter: (name: string, count: number | null) => (count === null ? name : `${name}، ${songs(count)}`),
  },

  add: {
    button: "أضف أغاني",
    panel: "أضف أغاني",
    count: (count: number, size: number) => `${files(count)}، ${bytes(size)}`,
    mood: "ما مزاجها؟",
    moodMany: "ما مزاج هذه الأغاني؟",
    title: "العنوان",
    artist: "الفنان",
    titleOf: (name: string) => `عنوان ${apart(name)}`,
    artistOf: (name: string) => `فنان ${apart(name)}`,
    artistUnknown: "الفنان، إن أردت",
    leaveOut: (name: string) => `استبعد ${apart(name)}`,
    more: "اختر المزيد",
    choose: "اختر ملفات",
    cancel: "إلغاء",
    close: "إغلاق",
    upload: (count: number) => `ارفع ${songsOf(count)}`,
    none: "اختر أغنية، أو أفلتها هنا.",
    drop: "أفلت للإضافة",
    limits: (types: string, size: number) => `${types}، حتى ${apart(limit(size))} لكل ملف`,
    list,
    refusedTitle: (count: number) =>
      plural(count, {
        zero: "لم يُستبعد أي ملف",
        one: "استُبعد ملف واحد",
        two: "استُبعد ملفان",
        few: "استُبعدت # ملفات",
        many: "استُبعد # ملفًا",
        other: "استُبعد # ملف",
      }),
    tooLarge: (name: string, size: number, most: number) =>
      `حجم ${apart(name)} هو ${bytes(size)}. الحد الأقصى ${apart(limit(most))}.`,
    notAllowed: (name: string, types: string) => `${apart(name)} ليس من الأنواع التي نحفظها. نرحب بـ: ${types}.`,
    duplicate: (name: string) => `${apart(name)} في القائمة من قبل.`,
    unreadable: (name: string) => `تعذّرت قراءة ${apart(name)}.`,
    kinds: { "audio/*": "صوت", "video/*": "فيديو", "image/*": "صور", "application/pdf": "PDF" },
  },

  uploads: {
    label: "عمليات الرفع",
    sending: (count: number, failed: number) =>
      failed > 0 ? `${number(count)} قيد الرفع، ${number(failed)} لم تنجح` : `جارٍ رفع ${songsOf(count)}`,
    finished: (count: number) => `تم رفع ${songsOf(count)}`,
    failed: (count: number) => `${number(count)} لم تنجح`,
    allFailed: (count: number) => `لم تنجح ${uploads(count)}`,
    sentOf: (sent: number, size: number) => `${bytes(sent)} من ${bytes(size)}`,
    left: (time: string) => `بقي ${time}`,
    rest: (count: number) => `و${number(count)} غيرها`,
    fold: "اطوِ عمليات الرفع",
    unfold: "أظهر عمليات الرفع",
    cancel: (name: string) => `ألغِ ${apart(name)}`,
    cancelAll: "إلغاء الكل",
    pause: (name: string) => `أوقف ${apart(name)} مؤقتًا`,
    resume: (name: string) => `تابع ${apart(name)}`,
    pauseAll: "إيقاف الكل مؤقتًا",
    resumeAll: "متابعة الكل",
    pausedCount: (count: number) => `${songs(count)} في توقف مؤقت`,
    continueAgain: "اختر الملف مرة أخرى للمتابعة.",
    chooseAgain: "اختر الملف",
    chooseAgainFor: (name: string) => `اختر ${apart(name)} مرة أخرى للمتابعة`,
    discard: (name: string) => `تخلَّ عن ${apart(name)}`,
    kept: (stored: number, size: number) => `${bytes(stored)} من ${bytes(size)} محفوظة هنا.`,
    toContinue: (count: number) => `${songs(count)} للمتابعة`,
    otherFile: (filename: string, size: number) =>
      `هذا ملف آخر، أو أنه تغيّر منذ ذلك الحين. اختر ${apart(filename)} (${bytes(size)})، أو تخلَّ عنه وأضف الجديد.`,
    continued: (name: string, percent: number) => `${apart(name)} يتابع من حيث توقف: ${locale.percent(percent)}.`,
    announcePaused: (name: string) => `${apart(name)} في توقف مؤقت.`,
    announceResumed: (name: string) => `${apart(name)} يتابع.`,
    announceAllPaused: "كل عمليات الرفع في توقف مؤقت.",
    announceAllResumed: "كل عمليات الرفع تتابع.",
    retry: (name: string) => `أعد محاولة ${apart(name)}`,
    retryShort: "أعد المحاولة",
    dismiss: (name: string) => `أخفِ ${apart(name)}`,
    dismissShort: "إخفاء",
    clear: "تنظيف",
    queued: "التالي في الدور",
    paused: "توقف مؤقت",
    preparing: "جارٍ التحضير…",
    waiting: "في انتظار الشبكة. لن يضيع شيء.",
    confirming: "جارٍ التحقق…",
    done: "في مكتبتك",
    leave: "ما زالت هناك أغانٍ قيد الرفع.",
    announceStart: (count: number) => `جارٍ رفع ${songsOf(count)}.`,
    announceDone: (name: string) => `${apart(name)} في مكتبتك.`,
    announceFailed: (name: string, reason: string) => `لم ينجح رفع ${apart(name)}. ${reason}`,
  },

  files: {
    label: "الأغاني",
    heading: (mood: string | null) => (mood ? `أغانٍ ${moodOf(mood)}` : "كل الأغاني"),
    count: songs,
    play: (title: string) => `شغّل ${apart(title)}`,
    pause: (title: string) => `أوقف ${apart(title)}`,
    open: (title: string) => `افتح ${apart(title)}`,
    download: (title: string) => `نزّل ${apart(title)}`,
    copyLink: (title: string) => `انسخ رابط ${apart(title)}`,
    remove: (title: string) => `احذف ${apart(title)}`,
    more: (title: string) => `المزيد عن ${apart(title)}`,
    actions: {
      play: "شغّل",
      open: "افتح",
      download: "نزّل",
      copyLink: "انسخ الرابط",
      remove: "احذف",
      close: "إغلاق",
    },
    removeAsk: "حذف نهائي؟",
    removeYes: (title: string) => `احذف ${apart(title)} نهائيًا`,
    removeYesShort: "احذف",
    removeNo: (title: string) => `أبقِ ${apart(title)}`,
    removeNoShort: "أبقِ",
    removed: (title: string) => `تم حذف ${apart(title)}.`,
    copied: "نُسخ الرابط.",
    copiedFor: (time: string) => `نُسخ الرابط. مدة صلاحيته: ${time}.`,
    copyFailed: "تعذّر نسخ الرابط.",
    showMore: "أظهر المزيد",
    loadingMore: "جارٍ تحميل المزيد…",
    empty: "لا أغاني بعد. أفلت واحدة في أي مكان.",
    emptyToRead: "لا أغاني بعد.",
    emptyHint: "اختر مزاجًا، وستنتظرك هنا.",
    emptyMood: (mood: string) => `لا أغاني ${moodOf(mood)} بعد.`,
    emptyMoodHint: "أفلت واحدة في أي مكان، أو استمع إلى مزاج آخر.",
    again: "حاول مرة أخرى",
    untitled: "بلا عنوان",
  },

  player: {
    label: "المشغّل",
    play: "شغّل",
    pause: "أوقف",
    next: "الأغنية التالية",
    previous: "الأغنية السابقة",
    seek: "الموضع",
    seekAt: (at: string, of: string) => `${apart(at)} من ${apart(of)}`,
    volume: "مستوى الصوت",
    close: "أغلق المشغّل",
    full: "ملء الشاشة",
    unplayable: "لا يستطيع هذا المتصفح تشغيل الملف. ما زال بإمكانك تنزيله.",
    playing: (title: string) => `تُشغَّل الآن ${apart(title)}.`,
  },

  session: {
    title: "يطلب Moodrop هذا رمز دخول",
    lead: "ألصق الرمز الذي أُعطي لك. لن يُحفظ؛ تبقى مسجّل الدخول حتى تنتهي صلاحيته أو تسجّل الخروج.",
    field: "رمز الدخول",
    enter: "متابعة",
    refused: "لم يُقبل هذا الرمز. ربما انتهت صلاحيته؛ اطلب رمزًا جديدًا.",
    signedIn: (owner: string) => `دخلت باسم ${apart(owner)}`,
    leave: "تسجيل الخروج",
  },

  problems: {
    unreachable: {
      detail: "تعذّر الوصول إلى Moodrop.",
      hint: "تحقق من الشبكة، أو انتظر لحظة؛ ربما ما زال يبدأ.",
    },
    unexpected: (status: number) => `أجابت الخدمة بـ ${number(status)} دون ذكر سبب.`,
    codes: {
      internal_error: { detail: "حدث خطأ من جهتنا.", hint: "حاول مرة أخرى." },
      bad_request: { detail: "لم تفهم الخدمة الطلب.", hint: "أعد تحميل الصفحة." },
      invalid_cursor: { detail: "تغيّرت القائمة.", hint: "أعد تحميلها." },
      validation_failed: { detail: "إحدى القيم غير صالحة.", hint: "راجع العنوان والأسماء: ربما كان شيء منها طويلًا جدًا." },
      mood_not_allowed: { detail: "لا يوجد مزاج كهذا.", hint: "اختر مزاجًا آخر." },
      unauthenticated: { detail: "يجب تسجيل الدخول لذلك.", hint: "سجّل الدخول." },
      token_missing: { detail: "يجب تسجيل الدخول لذلك.", hint: "سجّل الدخول." },
      token_invalid: { detail: "الرمز غير صالح.", hint: "اطلب رمزًا جديدًا." },
      token_expired: { detail: "انتهت صلاحية الرمز.", hint: "اطلب رمزًا جديدًا." },
      session_ended: { detail: "انتهت جلستك.", hint: "سجّل الدخول من جديد." },
      denied: { detail: "هذا غير مسموح هنا.", hint: "" },
      scope_missing: { detail: "رمزك لا يسمح بذلك.", hint: "اطلب رمزًا يسمح به." },
      grant_exhausted: { detail: "استُهلكت كل عمليات الرفع لهذا الرمز.", hint: "اطلب رمزًا جديدًا." },
      grant_too_large: { detail: "الملف أكبر مما يسمح به رمزك.", hint: "اطلب رمزًا يسمح بأكثر." },
      grant_type_not_allowed: { detail: "رمزك لا يسمح بهذا النوع من الملفات.", hint: "اطلب رمزًا يسمح به." },
      foreign_origin: { detail: "هذا غير مسموح من هذا العنوان.", hint: "افتح Moodrop من عنوانه هو." },
      not_local: { detail: "لا يجيب Moodrop هذا إلا على جهازه.", hint: "" },
      not_found: { detail: "لم يعد ذلك موجودًا.", hint: "أعد تحميل القائمة." },
      upload_not_found: { detail: "لم تعد عملية الرفع هذه موجودة.", hint: "أضف الملف من جديد." },
      file_not_found: { detail: "لم تعد هذه الأغنية موجودة.", hint: "أعد تحميل القائمة." },
      object_missing: { detail: "لم يصل الملف بعد.", hint: "حاول مرة أخرى." },
      parts_missing: { detail: "لم يصل كل شيء بعد.", hint: "حاول مرة أخرى." },
      part_mismatch: { detail: "وصل جزء على نحو خاطئ.", hint: "حاول مرة أخرى." },
      upload_busy: { detail: "يجري التحقق من هذا الرفع الآن.", hint: "حاول مرة أخرى بعد لحظة." },
      upload_aborted: { detail: "أُلغي الرفع.", hint: "أضف الملف من جديد." },
      upload_finished: { detail: "اكتمل الرفع من قبل.", hint: "" },
      upload_expired: { detail: "استغرق الرفع وقتًا طويلًا فانتهت صلاحيته.", hint: "أضف الملف من جديد." },
      file_deleted: { detail: "حُذفت هذه الأغنية.", hint: "" },
      file_changed: { detail: "تغيّرت الأغنية في هذه الأثناء.", hint: "اطّلع عليها من جديد ثم قرّر." },
      file_too_large: { detail: "الملف أكبر من المسموح.", hint: "" },
      content_type_not_allowed: { detail: "لا نقبل هذا النوع من الملفات هنا.", hint: "" },
      object_mismatch: { detail: "ما وصل غير ما أُعلن عنه.", hint: "أضف الملف من جديد." },
      not_ready: { detail: "ما زالت الخدمة تبدأ.", hint: "لن يضيع شيء. حاول مرة أخرى بعد لحظة." },
      store_unsafe: { detail: "مخزن الملفات غير مضبوط كما ينبغي.", hint: "يجد من يدير Moodrop هذا السبب في السجل." },
      store_unavailable: { detail: "مخزن الملفات لا يجيب.", hint: "لن يضيع شيء. حاول مرة أخرى بعد لحظة." },
      store_denied: { detail: "مخزن الملفات يرفض الخدمة.", hint: "على من يدير Moodrop هذا أن يراجع المفاتيح." },
      database_unavailable: { detail: "قاعدة البيانات لا تجيب.", hint: "لن يضيع شيء. حاول مرة أخرى بعد لحظة." },
      identity_unavailable: { detail: "خدمة الدخول لا تجيب.", hint: "حاول مرة أخرى بعد لحظة." },
    },
  },

  store: {
    kinds: {
      network: { detail: "تعذّر الوصول إلى مخزن الملفات.", hint: "لن يضيع شيء. أعد المحاولة عند عودة الشبكة." },
      stalled: { detail: "توقف الاتصال عن التقدم.", hint: "لن يضيع شيء. أعد المحاولة عند عودة الشبكة." },
      expired: {
        detail: "ظل المخزن يرفض عنوان الرفع.",
        hint: "إن كانت ساعة هذا الجهاز خاطئة فاضبطها، ثم أعد المحاولة.",
      },
      busy: { detail: "مخزن الملفات مشغول جدًا.", hint: "أعد المحاولة بعد دقيقة." },
      refused: { detail: "رفض مخزن الملفات هذا الملف.", hint: "" },
      unreadable: { detail: "تعذّرت قراءة الملف. هل نُقل أو تغيّر؟", hint: "" },
    },
    codes: {
      BadDigest: "تغيّرت البيانات في الطريق.",
      XAmzContentChecksumMismatch: "تغيّرت البيانات في الطريق.",
      XAmzContentSHA256Mismatch: "تغيّرت البيانات في الطريق.",
      EntityTooLarge: "الملف أكبر مما يقبله المخزن.",
      IncompleteBody: "لم يصل الملف كاملًا.",
      NoSuchUpload: "تخلّى المخزن عما أُرسل حتى الآن.",
      NoSuchBucket: "لا مكان له في المخزن: اختفت حاويته.",
      XMinioStorageFull: "المخزن ممتلئ.",
      AccessDenied: "المخزن لا يسمح بذلك.",
      SignatureDoesNotMatch: "لم يوافق عنوان الرفع الملف.",
    },
    said: (status: number, code: string, message: string) =>
      `قال المخزن ${apart([status, code].filter(Boolean).join(" "))}${message ? `: ${apart(message)}` : "."}`,
  },

  time: {
    justNow: "الآن",
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
