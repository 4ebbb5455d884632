/** What the service says when it says no. */
export { ApiError, asApiError, isAbort, type Problem } from "@moodrop/uploads/client";
