/** What a link in a mail has after its number sign. Browsers send it to no server. */

/** `#name=value`, or the whole of `#value` without a name. */
export function fromFragment(name = ""): string | null {
  const text = location.hash.slice(1);
  if (text === "") return null;
  if (name === "") return text.includes("=") ? null : decodeURIComponent(text);
  return new URLSearchParams(text).get(name);
}
