/** Names of files that nobody means to upload: leftovers of operating systems, and hidden files. */

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
/** Titles that start with a dot: "...And Justice", ".38 Special", ".hack SIGN". A hidden file's name is one word of letters. */
const TITLE = /^(\.{2,}[^.]|\.[0-9\s]|\.[^_~#.]\S*\s)/u;

/** Return whether a file or folder of this name inside a folder is left out. The command has the same rule. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") ? !TITLE.test(name) : LEFT_BY_SYSTEMS.has(name.toLowerCase());
}

/** Return whether a file chosen by name is a leftover of an operating system. */
export function isLeftBySystem(name: string): boolean {
  return name.startsWith("._") || name === ".DS_Store" || LEFT_BY_SYSTEMS.has(name.toLowerCase());
}
