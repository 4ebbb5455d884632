/** The page's icons: one weight, on a 24 px grid, in the colour of the text beside them. */

const PATHS = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8 5.5v13M16 5.5v13",
  next: "M6 6v12l9-6zM18 6v12",
  previous: "M18 6v12L9 12zM6 6v12",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14",
  link: "M10 14a4 4 0 0 0 6 .4l2.8-2.8a4 4 0 0 0-5.6-5.7L12 7M14 10a4 4 0 0 0-6-.4l-2.8 2.8a4 4 0 0 0 5.6 5.7L12 17",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.2 10.5v5.5M13.8 10.5v5.5",
  close: "M6 6l12 12M18 6 6 18",
  fold: "M6 9.5l6 6 6-6",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 8v5M12 16.5v.1M12 3.8 21 19.5H3z",
  more: "M6 12v.1M12 12v.1M18 12v.1",
  volume: "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  picture: "M4.5 5.5h15v13h-15zM4.5 16l4.5-4.5 3.5 3.5 2.5-2.5 4.5 4M15 9.5v.1",
  page: "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12.5h5M10 16h5",
  film: "M4.5 6h15v12h-15zM10.5 9.5v5l4-2.5z",
  offline: "M4 4l16 16M7.2 9.3A4 4 0 0 0 8 17.5h8.5M10 6.4a5.5 5.5 0 0 1 7.6 5.1 3 3 0 0 1 1.9 4.6",
  muted: "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16.5 9.5l5 5M21.5 9.5l-5 5",
  shuffle: "M4 7.5h3.5l8 9H20M4 16.5h3.5l2.2-2.5M13.5 9.7l2-2.2H20M17.5 5 20 7.5 17.5 10M17.5 14l2.5 2.5-2.5 2.5",
  repeat: "M5 11V9.5a2 2 0 0 1 2-2h11M15.5 5 18 7.5 15.5 10M19 13v1.5a2 2 0 0 1-2 2H6M8.5 19 6 16.5 8.5 14",
  once: "M5 11V9.5a2 2 0 0 1 2-2h11M15.5 5 18 7.5 15.5 10M19 13v1.5a2 2 0 0 1-2 2H6M8.5 19 6 16.5 8.5 14M11.3 11.2l1-.7v3.4",
  queue: "M4.5 6.5h15M4.5 11.5h9M4.5 16.5h7M16 13.5v6l4.5-3z",
  enqueue: "M4.5 6.5h15M4.5 11.5h9M4.5 16.5h7M17 13.5v6M14 16.5h6",
  left: "M15 5.5 8.5 12l6.5 6.5",
  right: "M9 5.5l6.5 6.5L9 18.5",
  device: "M7.5 3.5h9v17h-9zM12 8v6m0 0 2.5-2.5M12 14l-2.5-2.5",
  aside: "M4.5 6h15v12h-15zM12 12h5v3.5h-5z",
  help: "M9.3 9.3a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3 1-1.3 1.9M12 17v.1",
  up: "M6 14.5l6-6 6 6",
  grip: "M9 6.5v.1M15 6.5v.1M9 12v.1M15 12v.1M9 17.5v.1M15 17.5v.1",
  face: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9.8v.1M15 9.8v.1M8.6 14a4.2 4.2 0 0 0 6.8 0",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5",
  pen: "M5 19l.8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L9 18.2z",
  share: "M12 15V4m0 0L8 8m4-4 4 4M6 11.5v8h12v-8",
  folder: "M4 6.5h6l2 2.5h8v9.5H4z",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v10.5H4zM12 10.2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  microphone: "M12 4a2.5 2.5 0 0 1 2.5 2.5v4.5a2.5 2.5 0 0 1-5 0V6.5A2.5 2.5 0 0 1 12 4zM6.5 11a5.5 5.5 0 0 0 11 0M12 16.5V20",
  radio: "M12 12v.1M8.6 15.4a4.8 4.8 0 0 1 0-6.8M15.4 8.6a4.8 4.8 0 0 1 0 6.8M5.8 18.2a8.8 8.8 0 0 1 0-12.4M18.2 5.8a8.8 8.8 0 0 1 0 12.4",
  settings: "M4.5 7.5h8M17.5 7.5h2M15 5v5M4.5 16.5h2M11.5 16.5h8M9 14v5",
  keyboard: "M3.5 6.5h17v11h-17zM7 10v.1M10.4 10v.1M13.7 10v.1M17 10v.1M8.5 14h7",
  tiles: "M4.5 4.5h6.5v6.5H4.5zM13.5 4.5h6v6.5h-6zM4.5 13.5h6.5v6H4.5zM13.5 13.5h6v6h-6z",
  rows: "M4.5 6.5h3M4.5 12h3M4.5 17.5h3M11 6.5h8.5M11 12h8.5M11 17.5h8.5",
  full: "M5 9.5V5h4.5M14.5 5H19v4.5M19 14.5V19h-4.5M9.5 19H5v-4.5",
} as const;

export type IconName = keyof typeof PATHS;

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
      <path d={PATHS[name]} />
    </svg>
  );
}
