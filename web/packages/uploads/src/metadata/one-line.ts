/** Any text as one line that the service accepts and a person can read. The command does the same. */

/** Characters of a title, an artist or an album that the service accepts. */
export const MAX_LENGTH = 200;

/** Control characters, lone surrogates, and separators of lines and paragraphs. */
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** They would turn the direction of the text that follows, too. A byte order mark says nothing here. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const VISIBLE = /[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]/u;

/** In NFC, and cut to what the service accepts; "" if there is nothing to see in it. */
export function oneLine(text: string): string {
  const plain = text.replaceAll(UNUSABLE, " ").replaceAll(DIRECTION, "").normalize("NFC");
  const line = Array.from(plain.trim().replaceAll(/\s+/gu, " ")).slice(0, MAX_LENGTH).join("").trimEnd();
  return VISIBLE.test(line) ? line : "";
}
