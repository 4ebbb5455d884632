/** Turns any text into one line that the service accepts. The command-line client does the same. */

/** The longest title, artist or album that the service accepts, in characters. */
export const MAX_LENGTH = 200;

/** Control characters, lone surrogates, and separators of lines and paragraphs. */
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** These would change the direction of the text that follows. A byte order mark means nothing here. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const VISIBLE = /[^\p{Z}\p{M}\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]/u;

/** Normalize to NFC and cut to MAX_LENGTH; "" if nothing is visible. */
export function oneLine(text: string): string {
  const plain = text.replaceAll(UNUSABLE, " ").replaceAll(DIRECTION, "").normalize("NFC");
  const line = Array.from(plain.trim().replaceAll(/\s+/gu, " ")).slice(0, MAX_LENGTH).join("").trimEnd();
  return VISIBLE.test(line) ? line : "";
}
