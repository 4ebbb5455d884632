/** Whether this is a device on which people share by the system's own sheet. */
export function canSend(): boolean {
  return "share" in navigator && globalThis.matchMedia("(pointer: coarse)").matches;
}
