/** English: songs on this device. The other dictionaries have its shape. */
import { files } from "../../../lib/words/en";

export const words = {
  title: "On this device",
  total: (count: number, size: string) => `${files(count)}, ${size}`,
  none: "No songs here yet. Open a song's menu and choose “Keep on this device” to play it without a connection.",
  offline: "You're offline. These songs still play.",
  keeping: (title: string) => `Saving ${title} on this device…`,
  stored: (title: string, size: string) => `${title} is on this device (${size}).`,
  failed: (title: string, reason: string) => `Couldn't save ${title} on this device. ${reason}`,
  noRoom: "Check your connection and the free space, then try again.",
  remove: (title: string) => `Remove ${title} from this device`,
  removed: (title: string) => `${title} removed from this device.`,
  close: "Close",
};

export type DeviceWords = typeof words;
