/** Waits that end: by an AbortSignal, or after a timeout. */
export { withTimeout, sleep } from "@moodrop/uploads/client";
