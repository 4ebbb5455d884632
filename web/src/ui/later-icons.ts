/** The icons that only parts of the page have which load later. Loaded before the first of them is drawn. */
import { addIcons } from "./icon";

export const LATER_ICONS = {
  next: "M6 6v12l9-6zM18 6v12",
  previous: "M18 6v12L9 12zM6 6v12",
  minus: "M5 12h14",
  link: "M10 14a4 4 0 0 0 6 .4l2.8-2.8a4 4 0 0 0-5.6-5.7L12 7M14 10a4 4 0 0 0-6-.4l-2.8 2.8a4 4 0 0 0 5.6 5.7L12 17",
  fold: "M6 9.5l6 6 6-6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  volume: "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  muted: "M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4zM16.5 9.5l5 5M21.5 9.5l-5 5",
  repeat: "M5 11V9.5a2 2 0 0 1 2-2h11M15.5 5 18 7.5 15.5 10M19 13v1.5a2 2 0 0 1-2 2H6M8.5 19 6 16.5 8.5 14",
  once: "M5 11V9.5a2 2 0 0 1 2-2h11M15.5 5 18 7.5 15.5 10M19 13v1.5a2 2 0 0 1-2 2H6M8.5 19 6 16.5 8.5 14M11.3 11.2l1-.7v3.4",
  queue: "M4.5 6.5h15M4.5 11.5h9M4.5 16.5h7M16 13.5v6l4.5-3z",
  left: "M15 5.5 8.5 12l6.5 6.5",
  right: "M9 5.5l6.5 6.5L9 18.5",
  device: "M7.5 3.5h9v17h-9zM12 8v6m0 0 2.5-2.5M12 14l-2.5-2.5",
  aside: "M4.5 6h15v12h-15zM12 12h5v3.5h-5z",
  help: "M9.3 9.3a2.8 2.8 0 1 1 4 2.5c-.9.4-1.3 1-1.3 1.9M12 17v.1",
  up: "M6 14.5l6-6 6 6",
  grip: "M9 6.5v.1M15 6.5v.1M9 12v.1M15 12v.1M9 17.5v.1M15 17.5v.1",
  pen: "M5 19l.8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L9 18.2z",
  share: "M12 15V4m0 0L8 8m4-4 4 4M6 11.5v8h12v-8",
  folder: "M4 6.5h6l2 2.5h8v9.5H4z",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v10.5H4zM12 10.2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  microphone: "M12 4a2.5 2.5 0 0 1 2.5 2.5v4.5a2.5 2.5 0 0 1-5 0V6.5A2.5 2.5 0 0 1 12 4zM6.5 11a5.5 5.5 0 0 0 11 0M12 16.5V20",
  keyboard: "M3.5 6.5h17v11h-17zM7 10v.1M10.4 10v.1M13.7 10v.1M17 10v.1M8.5 14h7",
  full: "M5 9.5V5h4.5M14.5 5H19v4.5M19 14.5V19h-4.5M9.5 19H5v-4.5",
} as const;

export type LaterIcon = keyof typeof LATER_ICONS;

addIcons(LATER_ICONS);
