/** Waits that end: by an AbortSignal, or after a timeout. */
export { withinTime, withTimeout, sleep } from "@moodrop/uploads/client";
