/** The content type of a file: from the extension of its name, or else from the browser. */

/** Types that some systems lack or know by an older name. The command-line client has the same table. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  aac: "audio/aac",
  aif: "audio/aiff",
  aifc: "audio/aiff",
  aiff: "audio/aiff",
  flac: "audio/flac",
  m4a: "audio/mp4",
  m4b: "audio/mp4",
  mka: "audio/x-matroska",
  mp3: "audio/mpeg",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  opus: "audio/ogg",
  wav: "audio/wav",
  weba: "audio/webm",
  wma: "audio/x-ms-wma",
  avi: "video/x-msvideo",
  m4v: "video/mp4",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  mp4: "video/mp4",
  ogv: "video/ogg",
  webm: "video/webm",
  avif: "image/avif",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  pdf: "application/pdf",
};

/** These contain audio or video: the browser may know which. */
const EITHER: ReadonlySet<string> = new Set(["ogg", "mkv", "mp4", "webm"]);

/** Older names of types. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  "application/ogg": "audio/ogg",
  "audio/m4a": "audio/mp4",
  "audio/m4b": "audio/mp4",
  "audio/mp3": "audio/mpeg",
  "audio/vnd.wave": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/x-aac": "audio/aac",
  "audio/x-aiff": "audio/aiff",
  "audio/x-flac": "audio/flac",
  "audio/x-m4a": "audio/mp4",
  "audio/x-m4b": "audio/mp4",
  "audio/x-mp3": "audio/mpeg",
  "audio/x-mpeg": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "application/x-matroska": "video/x-matroska",
  "video/matroska": "video/x-matroska",
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
};

/** The types that the service accepts. */
const WELL_FORMED = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

export function contentTypeOf({ name, type }: Pick<File, "name" | "type">): string {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const essence = type.split(";")[0]?.trim().toLowerCase() ?? "";
  const given = OLDER_NAMES[essence] ?? (WELL_FORMED.test(essence) ? essence : "");
  const named = BY_EXTENSION[extension];
  const isSure = named && !(EITHER.has(extension) && isMedia(essence));
  return (isSure ? named : given || named) || "application/octet-stream";
}

/** Return the extensions of these types (audio/* and the like), such as `.opus`, because systems do not know all of them. */
export function extensionsOf(types: readonly string[]): string[] {
  const isOf = (type: string) => types.some((each) => each === type || (each.endsWith("/*") && type.startsWith(each.slice(0, -1))));
  return Object.entries(BY_EXTENSION).flatMap(([extension, type]) => (isOf(type) ? `.${extension}` : []));
}

function isMedia(type: string): boolean {
  return type.startsWith("audio/") || type.startsWith("video/");
}
