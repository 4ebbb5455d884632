/** Arabic: the words of the views of accounts. */
import { locale } from "../../../lib/words/ar";
import type { AccountWords } from "./en";

const { number, plural } = locale;
/** A name in other letters keeps its own direction. */
const apart = (name: string) => `\u2068${name}\u2069`;
const files = (count: number) =>
  plural(count, { zero: "لا ملفات", one: "ملف واحد", two: "ملفين", few: "# ملفات", many: "# ملفًا", other: "# ملف" });
const seconds = (count: number) =>
  plural(count, { zero: "# ثانية", one: "ثانية", two: "ثانيتين", few: "# ثوانٍ", many: "# ثانية", other: "# ثانية" });

export const words = {
  top: {
    guest: "ضيف",
    signIn: "تسجيل الدخول",
    register: "إنشاء حساب",
    account: "الحساب",
    signOut: "تسجيل الخروج",
  },

  fields: {
    email: "البريد الإلكتروني",
    password: "كلمة المرور",
    newPassword: "كلمة مرور جديدة",
    passwordHint: "10 أحرف أو أكثر. بضع كلمات لا رابط بينها قوية وسهلة الحفظ.",
    name: "الاسم (اختياري)",
    code: "رمز من ستة أرقام",
    show: "أظهر كلمة المرور",
    missing: "املأ هذا الحقل.",
    incomplete: "الرمز من ستة أرقام.",
  },

  form: {
    busy: "لحظة…",
    crowded: "كثيرون يسجلون الدخول الآن. تُعاد المحاولة تلقائيًا…",
    wait: (count: number) => `حاول مرة أخرى بعد ${seconds(count)}`,
    back: "رجوع",
    cancel: "إلغاء",
    save: "حفظ",
    saved: "تم الحفظ.",
  },

  signIn: {
    title: "تسجيل الدخول",
    lead: "أغانيك على كل جهاز.",
    submit: "تسجيل الدخول",
    sendCode: "أرسل لي رمزًا بدلًا من ذلك",
    usePassword: "استخدم كلمة المرور بدلًا من ذلك",
    forgot: "نسيت كلمة المرور؟",
    isNew: "جديد هنا؟",
    or: "أو",
    provider: (name: string) => `المتابعة عبر ${apart(name)}`,
    asGuest: "المتابعة بلا حساب",
    byLink: "سجل الدخول برابطك",
    byLinkLead: "فتحت الرابط من رسالتنا. اضغط الزر لتسجيل الدخول.",
    welcome: (name: string) => `سجلت الدخول باسم ${apart(name)}.`,
  },

  code: {
    title: "راجع بريدك",
    lead: (email: string) => `إن كان ${apart(email)} صالحًا هنا، فالرمز في الطريق إليك. اكتبه أو ألصقه.`,
    submit: "متابعة",
    again: "أرسل رمزًا جديدًا",
    againIn: (count: number) => `رمز جديد بعد ${seconds(count)}`,
    sent: "رمز جديد في الطريق إليك.",
    otherAddress: "استخدم عنوانًا آخر",
    mails: "افتح رسائل هذا الجهاز",
  },

  register: {
    title: "إنشاء حساب",
    lead: "مجانًا، وأغانيك تبقى لك.",
    keep: (count: number) =>
      count === 0 ? "احتفظ بملفات هذا الجهاز" : `احتفظ بملفات هذا الجهاز (${files(count)})`,
    keepHint: "تنتقل إلى حسابك. لا شيء يُنسخ ولا شيء يضيع.",
    submit: "أنشئ الحساب",
    known: "لديك حساب؟",
    closed: "إنشاء الحسابات هنا ليس متاحًا للجميع. اسأل من يدير هذا الخادم.",
  },

  verify: {
    title: "أكد بريدك الإلكتروني",
    byLinkLead: "اكتب كلمة المرور التي اخترتها، ثم اضغط الزر.",
    anew: "اكتب الرمز من رسالتنا وكلمة المرور التي اخترتها.",
    submit: "تأكيد",
    done: "حسابك جاهز.",
  },

  forgot: {
    title: "نسيت كلمة المرور؟",
    lead: "نرسل إليك رمزًا لتعيين كلمة جديدة.",
    submit: "أرسل الرمز",
    resetTitle: "عيّن كلمة مرور جديدة",
    resetLead: "سيُسجَّل خروجك من كل الأجهزة.",
    resetSubmit: "عيّن كلمة المرور",
    done: "عُيّنت كلمة المرور الجديدة. سجل الدخول بها.",
  },

  adopt: {
    title: "هل تأخذ ملفاتك معك؟",
    lead: (count: number) => `أضفت ضيفًا على هذا الجهاز ${files(count)}. هل ننقلها إلى حسابك؟`,
    yes: "انقلها",
    no: "ليس الآن",
    begun: "تُنقل ملفاتك إلى حسابك.",
  },

  link: {
    title: "تسجيل دخول طرفية",
    ask: "اكتب الرمز الذي تعرضه الطرفية.",
    field: "رمز الطرفية",
    find: "متابعة",
    question: "هل بدأت هذا الآن؟",
    warning: "إن لم تفعل فارفض: من لديه هذه الطرفية قد يستخدم حسابك.",
    code: "الرمز",
    name: "الطرفية",
    network: "الشبكة",
    scopes: "يُسمح لها",
    allow: "اسمح",
    refuse: "ارفض",
    allowed: "تم السماح. عد إلى طرفيتك.",
    refused: "تم الرفض. لا تحصل الطرفية على شيء.",
  },

  scopes: {
    "uploads:write": "إضافة الملفات",
    "files:read": "رؤية الملفات وتشغيلها",
    "files:write": "تعديل الملفات وحذفها",
  },

  account: {
    title: "الحساب",
    tabs: { profile: "الملف الشخصي", security: "الدخول", devices: "الأجهزة والمفاتيح", storage: "المساحة", delete: "الحذف" },
    since: (time: string) => `هنا منذ ${time}`,

    language: "لغة رسائلنا",

    password: "كلمة المرور",
    passwordLead: "كلمة مرور جديدة تُخرج كل الأجهزة الأخرى.",
    passwordSet: "عُيّنت كلمة المرور الجديدة، وخرجت كل الأجهزة الأخرى.",
    noPassword: "ليست لديك كلمة مرور بعد. تسجل الدخول برمز أو عبر مزوّد.",
    setPassword: "عيّن كلمة المرور",
    email: "البريد الإلكتروني",
    emailNow: (email: string) => `تسجل الدخول باسم ${apart(email)}.`,
    newEmail: "بريد إلكتروني جديد",
    changeEmail: "غيّر العنوان",
    emailSent: (email: string) => `اكتب الرمز الذي أرسلناه إلى ${apart(email)}.`,
    emailChanged: "تغيّر بريدك الإلكتروني.",

    identities: "طرق أخرى لتسجيل الدخول",
    link: (name: string) => `ربط ${apart(name)}`,
    unlink: (name: string) => `فصل ${apart(name)}`,
    unlinked: "تم الفصل.",

    sessions: "أين سجلت الدخول",
    current: "هذا الجهاز",
    unknownDevice: "جهاز غير معروف",
    lastSeen: (time: string) => `آخر استخدام: ${time}`,
    neverUsed: "لم يُستخدم بعد",
    end: "تسجيل الخروج",
    endOne: (name: string) => `تسجيل الخروج من ${apart(name)}`,
    endOthers: "تسجيل الخروج من كل ما عداه",
    ended: "تم تسجيل الخروج.",
    script: "برنامج",

    keys: "مفاتيح الواجهة البرمجية",
    keysLead: "للبرامج بدلًا من كلمة المرور. يمكن إلغاء كل مفتاح وحده.",
    noKeys: "لا مفاتيح بعد.",
    keyName: "لأي غرض؟",
    keyLasts: "ينتهي بعد",
    lasts: { month: "30 يومًا", quarter: "90 يومًا", year: "سنة واحدة" },
    keyMay: "يُسمح له",
    makeKey: "أنشئ مفتاحًا",
    madeKey: "مفتاحك الجديد",
    keyOnce: "انسخه الآن. لن يُعرض إلا هذه المرة.",
    copy: "نسخ",
    copied: "نُسخ المفتاح.",
    copyFailed: "تعذّر النسخ. حدد المفتاح وانسخه بنفسك.",
    keyDone: "حفظته",
    revoke: "إلغاء",
    revokeOne: (name: string) => `إلغاء ${apart(name)}`,
    revoked: "أُلغي المفتاح.",
    until: (time: string) => `ينتهي ${time}`,

    storageLead: "ما تشغله ملفاتك هنا.",
    unlimited: "لا حد هنا.",
    used: (used: string, limit: string) => `استُخدم ${used} من ${limit}`,
    usedOnly: (used: string) => `استُخدم ${used}`,
    filesUsed: (count: number, limit: number) => `${number(count)} من ${files(limit)}`,
    files: (count: number) => files(count),

    deleteLead: "يُحذف حسابك وكل ملفاته وكل روابطها نهائيًا. لا رجعة في ذلك.",
    deleteTyped: (email: string) => `اكتب ${apart(email)} للتأكيد`,
    deleteMismatch: "ليس هذا عنوان هذا الحساب.",
    deleteSubmit: "احذف حسابي",
    deleted: "يُحذف حسابك الآن.",
  },

  recent: {
    title: "أكد أنك أنت",
    lead: "سجلت الدخول منذ مدة، وهذا تغيير حساس.",
    submit: "تأكيد",
    sendCode: "أرسل لي رمزًا",
    sent: (email: string) => `اكتب الرمز الذي أرسلناه إلى ${apart(email)}.`,
  },

  problems: {},
} satisfies AccountWords;
