/** The page's icons: one weight, on a 24 px grid, in the colour of the text beside them. */
import type { LaterIcon } from "./later-icons";

/** Those of the first look; `later-icons.ts` has the rest. */
const FIRST = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8 5.5v13M16 5.5v13",
  plus: "M12 5v14M5 12h14",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.2 10.5v5.5M13.8 10.5v5.5",
  close: "M6 6l12 12M18 6 6 18",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5",
  alert: "M12 8v5M12 16.5v.1M12 3.8 21 19.5H3z",
  more: "M6 12v.1M12 12v.1M18 12v.1",
  picture: "M4.5 5.5h15v13h-15zM4.5 16l4.5-4.5 3.5 3.5 2.5-2.5 4.5 4M15 9.5v.1",
  page: "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12.5h5M10 16h5",
  film: "M4.5 6h15v12h-15zM10.5 9.5v5l4-2.5z",
  offline: "M4 4l16 16M7.2 9.3A4 4 0 0 0 8 17.5h8.5M10 6.4a5.5 5.5 0 0 1 7.6 5.1 3 3 0 0 1 1.9 4.6",
  shuffle: "M4 7.5h3.5l8 9H20M4 16.5h3.5l2.2-2.5M13.5 9.7l2-2.2H20M17.5 5 20 7.5 17.5 10M17.5 14l2.5 2.5-2.5 2.5",
  enqueue: "M4.5 6.5h15M4.5 11.5h9M4.5 16.5h7M17 13.5v6M14 16.5h6",
  face: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9.8v.1M15 9.8v.1M8.6 14a4.2 4.2 0 0 0 6.8 0",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5",
  radio: "M12 12v.1M8.6 15.4a4.8 4.8 0 0 1 0-6.8M15.4 8.6a4.8 4.8 0 0 1 0 6.8M5.8 18.2a8.8 8.8 0 0 1 0-12.4M18.2 5.8a8.8 8.8 0 0 1 0 12.4",
  settings: "M4.5 7.5h8M17.5 7.5h2M15 5v5M4.5 16.5h2M11.5 16.5h8M9 14v5",
  tiles: "M4.5 4.5h6.5v6.5H4.5zM13.5 4.5h6v6.5h-6zM4.5 13.5h6.5v6H4.5zM13.5 13.5h6v6h-6z",
  rows: "M4.5 6.5h3M4.5 12h3M4.5 17.5h3M11 6.5h8.5M11 12h8.5M11 17.5h8.5",
} as const;

export type IconName = keyof typeof FIRST | LaterIcon;

const paths: Partial<Record<IconName, string>> = { ...FIRST };

export function addIcons(more: Readonly<Partial<Record<IconName, string>>>): void {
  Object.assign(paths, more);
}

const FILLED: ReadonlySet<IconName> = new Set<IconName>(["play", "next", "previous"]);
const THICK: ReadonlySet<IconName> = new Set<IconName>(["more", "pause", "grip"]);

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill={FILLED.has(name) ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth={THICK.has(name) ? 2.6 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
