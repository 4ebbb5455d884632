/** Waiting that ends: by an AbortSignal, or after a while. */
export { inTime, sleep } from "@moodrop/uploads/client";
