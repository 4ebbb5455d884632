/** Copy text, also on a plain-HTTP address in the local network, where navigator.clipboard does not exist. */

export async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext && "clipboard" in navigator) {
    return navigator.clipboard.writeText(text);
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  // Deprecated, and still the only way without a secure context.
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("copy refused");
}
