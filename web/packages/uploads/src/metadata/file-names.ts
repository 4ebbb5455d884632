/** Makes valid names of files. */

/** A fingerprint has at most 512 characters; the end of a name says more than its beginning. */
const FINGERPRINT_NAME = 400;
const LONGEST_NAME = 4096;

/** Replace lone surrogates by U+FFFD; never empty. */
export function validName(name: string): string {
  return lastCharacters(wellFormed(name), LONGEST_NAME) || "file";
}

/** Return the part of a name that goes into a fingerprint. The command-line client uses the same part. */
export function fingerprintName(name: string): string {
  return lastCharacters(wellFormed(name).normalize("NFC").replaceAll(/\p{Cc}/gu, " "), FINGERPRINT_NAME);
}

function wellFormed(name: string): string {
  return name.replaceAll(/\p{Cs}/gu, "\ufffd");
}

function lastCharacters(text: string, count: number): string {
  return text.length > count ? Array.from(text).slice(-count).join("") : text;
}
