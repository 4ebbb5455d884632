/** Waiting that ends: by an AbortSignal, or after a while. */
export { withTimeout, sleep } from "@moodrop/uploads/client";
