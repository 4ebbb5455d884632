/** Numbers, sizes, lists, plurals and times of one language, by Intl. Dictionaries and formats use it. */

/** One sentence for each plural form of the language; "#" stands for the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export interface Locale {
  number: (value: number) => string;
  plural: (count: number, forms: Forms) => string;
  list: (items: readonly string[]) => string;
  /** Takes whole percent: 63 reads "63%". */
  percent: (value: number) => string;
  /** Decimal units: 1 kB is 1000 bytes. */
  bytes: (count: number) => string;
  /** A limit is never shown larger than it is. One of 5 GiB is known as "5 GB". */
  limit: (count: number) => string;
  speed: (bytesPerSecond: number) => string;
  /** "yesterday" for -1 and "day". */
  relative: (value: number, unit: Intl.RelativeTimeFormatUnit) => string;
  /** Date alone. */
  day: (time: Date) => string;
  /** Date and time of day. */
  exact: (time: Date) => string;
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function localeOf(tag: string): Locale {
  const numbers = new Intl.NumberFormat(tag);
  const rules = new Intl.PluralRules(tag);
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });
  const percents = new Intl.NumberFormat(tag, { style: "percent" });
  const relatives = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const times = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
  const days = new Intl.DateTimeFormat(tag, { dateStyle: "medium" });
  const sizes = new Map<string, Intl.NumberFormat>();

  const size = (count: number, per: "" | "-per-second") => {
    const power = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
    const value = count / 1000 ** power;
    const unit = `${UNITS[power] ?? "byte"}${per}`;
    const digits = power === 0 || value >= 100 ? 0 : 1;
    const key = `${unit} ${digits}`;
    const format = sizes.get(key) ?? sizeFormat(tag, unit, digits);
    sizes.set(key, format);
    return format.format(value);
  };

  return {
    number: (value) => numbers.format(value),
    plural: (count, forms) => (forms[rules.select(count)] ?? forms.other).replace("#", numbers.format(count)),
    list: (items) => lists.format(items),
    percent: (value) => percents.format(value / 100),
    bytes: (count) => size(count, ""),
    limit: (count) => size(twoDigitsDown(asNamed(count)), ""),
    speed: (bytesPerSecond) => size(Math.round(bytesPerSecond), "-per-second"),
    relative: (value, unit) => relatives.format(value, unit),
    day: (time) => days.format(time),
    exact: (time) => times.format(time),
  };
}

/** Limits are mostly whole MiB or GiB, which people call MB and GB. */
function asNamed(count: number): number {
  const power = [3, 2].find((one) => count % 1024 ** one === 0);
  return power === undefined ? count : (count / 1024 ** power) * 1000 ** power;
}

function twoDigitsDown(count: number): number {
  if (count < 1000) return count;
  const step = 10 ** (Math.floor(Math.log10(count) / 3) * 3 - 1);
  return Math.floor(count / step) * step;
}

function sizeFormat(tag: string, unit: string, digits: number): Intl.NumberFormat {
  const unitDisplay = unit.startsWith("byte") ? "long" : "short";
  return new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay, maximumFractionDigits: digits, useGrouping: false });
}
