/** Whether a text fits what was typed: beginnings of words in any order, with small typing errors. Pure. */

/** Shorter words have too many neighbours. */
const LENIENT_FROM = 4;

/** The worse the fit, the higher: 0 where every typed word begins one of the text's, null where it does not fit. */
export function distanceOf(typed: string, text: string): number | null {
  const words = wordsOf(text);
  let sum = 0;
  for (const one of wordsOf(typed)) {
    const nearest = Math.min(...words.map((word) => errorsIn(one, word)));
    if (nearest > (one.length < LENIENT_FROM ? 0 : 1)) return null;
    sum += nearest;
  }
  return sum;
}

/** Case and accents do not matter. */
function wordsOf(text: string): string[] {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** 0 if the word begins with what was typed; 1 with one letter more, less, other, or two changed about; else 2. */
function errorsIn(typed: string, word: string): number {
  if (word.startsWith(typed)) return 0;
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) same += 1;
  const [rest, other] = [typed.slice(same), word.slice(same)];
  const changed = rest.length > 1 && rest[0] === other[1] && rest[1] === other[0] && other.slice(2).startsWith(rest.slice(2));
  const lessOrOther = other.startsWith(rest.slice(1)) || other.slice(1).startsWith(rest.slice(1));
  return changed || lessOrOther || other.slice(1).startsWith(rest) ? 1 : 2;
}
