/** Waiting that an AbortSignal ends at once. */
export { sleep } from "@moodrop/uploads/client";
