/**
 * Tags in a regional encoding that were marked as Latin-1, or were converted from the wrong one.
 *
 * Nothing in the file says which encoding it was, so a text is decoded again only if that is certain: it is UTF-8, or
 * the file's name says the same. A text that makes no sense otherwise is left out: the file's name is better.
 */
import { oneLine } from "@moodrop/uploads";

/** Far longer than any title. */
const MOST_CHARACTERS = 2000;
/** The most common encodings by region. The command has the same list. */
const ENCODINGS = (
  "windows-1251 windows-1250 gb18030 shift_jis big5 euc-kr koi8-r windows-1253 " +
  "windows-1254 windows-1255 windows-1256 windows-874 windows-1258 euc-jp"
).split(" ");
/** Windows-1252 from 0x80 to 0x9F, where Latin-1 has control characters: readers of Latin-1 decode either. */
const WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const CODES = Array.from({ length: 256 }, (_, code) => code);
const asWindows = (code: number) => WINDOWS[code - 0x80] ?? String.fromCodePoint(code);
const BYTES = new Map([...CODES.map((code) => [String.fromCodePoint(code), code] as const), ...CODES.map((code) => [asWindows(code), code] as const)]);
/** Quotation marks, dashes and the like: they are common in real titles. */
const OTHER_THAN_PUNCTUATION = /[^\x85\x91-\x97\x99]/;
const RUN = /[\x80-\xff]{4,}/g;
const RARE = /[\x81-\x83\x86-\x89\x8d\x8f\x90\x98\x9d]/g;
const SYMBOL = /[\xa2-\xaa\xac-\xba\xbc-\xbe\xd7\xf7]/g;
const HIGH = /[\x80-\xff]/g;
const LETTER = /[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\xff]/;
const QUESTION_MARKS = /^[\s?]*\?[\s?]*\?[\s?]*\?[\s?]*$/;

/** Return the text as its writer meant it, in one line; "" if it makes no sense. */
export function readable(whole: string, filename: string): string {
  const text = Array.from(whole.slice(0, 2 * MOST_CHARACTERS)).slice(0, MOST_CHARACTERS);
  if (QUESTION_MARKS.test(whole) || whole.includes("\ufffd")) return "";
  const codes = text.map((character) => BYTES.get(character) ?? -1);
  if (codes.includes(-1) || codes.every((code) => code < 0x80)) return oneLine(text.join(""));
  const bytes = Uint8Array.from(codes);
  const name = foldCase(filename);
  const plain = oneLine(codes.map(asWindows).join(""));
  const utf8 = decode(bytes, "utf-8");
  const meant = [plain, utf8, ...ENCODINGS.map((encoding) => decode(bytes, encoding))];
  const confirmed = meant.find((line) => line && name.includes(foldCase(line)));
  return confirmed ?? (utf8 || (isGarbled(String.fromCodePoint(...codes)) ? "" : plain));
}

/** Decode the bytes, ignoring a cut last character; "" if they are no text. */
function decode(bytes: Uint8Array, encoding: string): string {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return /[^\p{ASCII}]/u.test(text) ? oneLine(text) : "";
  } catch {
    return "";
  }
}

function foldCase(text: string): string {
  return oneLine(text.replaceAll("_", " ")).toLowerCase();
}

/** Return whether the text is very unlikely in any language written in Latin-1. */
function isGarbled(latin: string): boolean {
  if (latin.match(RUN)?.some((run) => OTHER_THAN_PUNCTUATION.test(run))) return true;
  const [high, seen] = [count(latin, HIGH), count(latin, /\S/g)];
  if (high >= 2 && !/[A-Za-z]/.test(latin) && LETTER.test(latin)) return true;
  return count(latin, RARE) >= 2 || (count(latin, SYMBOL) >= 2 && high * 2 >= seen);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
