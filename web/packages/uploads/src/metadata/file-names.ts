/** Names of files as they are sent: valid Unicode, whatever an app has given. */

/** The service takes 512 characters of one line as a fingerprint; the end of a name tells more than its beginning. */
const FINGERPRINT_NAME = 400;
const LONGEST_NAME = 4096;

/** With U+FFFD for lone surrogates; never empty. */
export function validName(name: string): string {
  return lastCharacters(wellFormed(name), LONGEST_NAME) || "file";
}

/** What a fingerprint keeps of a name. The command keeps the same. */
export function fingerprintName(name: string): string {
  return lastCharacters(wellFormed(name).normalize("NFC").replaceAll(/\p{Cc}/gu, " "), FINGERPRINT_NAME);
}

function wellFormed(name: string): string {
  return name.replaceAll(/\p{Cs}/gu, "\ufffd");
}

function lastCharacters(text: string, count: number): string {
  return text.length > count ? Array.from(text).slice(-count).join("") : text;
}
