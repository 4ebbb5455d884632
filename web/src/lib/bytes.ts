/** Sizes as people read them. Decimal: 1 kB is 1000 bytes. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A limit is never shown larger than it is: 5 GiB are "5.3 GB", though 5.37 would round up. */
export function formatLimit(bytes: number): string {
  if (bytes < 1000) return formatBytes(bytes);
  const step = 10 ** (Math.floor(Math.log10(bytes) / 3) * 3 - 1);
  return formatBytes(Math.floor(bytes / step) * step);
}

export function formatBytes(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${UNITS[power] ?? ""}`;
}

export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}
