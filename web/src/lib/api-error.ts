/** Errors of the service. */
export { ApiError, asApiError, isAbort, type Problem } from "@moodrop/uploads/client";
