/** Names in a folder that nobody meant to upload: what systems leave there, and hidden files. */

/** Left by macOS, Windows, NAS boxes, file managers and archives. */
const LEFT_BY_SYSTEMS: ReadonlySet<string> = new Set([
  "$recycle.bin",
  "#recycle",
  "#snapshot",
  "@eadir",
  "@recycle",
  "__macosx",
  "desktop.ini",
  "ehthumbs.db",
  "icon\r",
  "lost+found",
  "network trash folder",
  "system volume information",
  "temporary items",
  "thumbs.db",
]);
/** "...And Justice", ".38 Special", ".hack SIGN": a hidden file's name is one word of letters. */
const TITLE = /^(\.{2,}[^.]|\.[0-9\s]|\.[^_~#.]\S*\s)/u;

/** Whether a file or folder of this name, found in a folder, is left out. The command has the same rule. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") ? !TITLE.test(name) : LEFT_BY_SYSTEMS.has(name.toLowerCase());
}

/** Whether a file that was chosen by its own name is what a system left beside it, and nobody meant. */
export function isLeftBySystem(name: string): boolean {
  return name.startsWith("._") || name === ".DS_Store" || LEFT_BY_SYSTEMS.has(name.toLowerCase());
}
