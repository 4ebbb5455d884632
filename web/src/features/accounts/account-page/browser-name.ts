/** The browser and the system in a User-Agent, as people call them. */

/** The first match counts: Edge and Opera call themselves Chrome, and Chrome calls itself Safari. */
const BROWSERS = [
  ["Edge", /Edg(e|A|iOS)?\//],
  ["Opera", /OPR\//],
  ["Firefox", /(Firefox|FxiOS)\//],
  ["Chrome", /(Chrome|CriOS|Chromium)\//],
  ["Safari", /Safari\//],
  ["curl", /^curl\//],
] as const;
const SYSTEMS = [
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux|X11/],
] as const;

/** Return for example "Firefox · Linux"; null if neither is known. */
export function browserOf(userAgent: string): string | null {
  const names = [BROWSERS, SYSTEMS].map((marks) => marks.find(([, mark]) => mark.test(userAgent))?.[0]);
  return names.filter(Boolean).join(" · ") || null;
}
