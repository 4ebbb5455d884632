/** Copy text, even on a plain-HTTP address, where navigator.clipboard does not exist. */

export async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext && "clipboard" in navigator) {
    return navigator.clipboard.writeText(text);
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  // Deprecated, but the only way without a secure context.
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("copy refused");
}
