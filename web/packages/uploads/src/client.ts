/** The typed client of the service alone: every call of /v1, its records and its errors. */
export { ApiError, asApiError, isAbort, problemFrom, unreachable, type ErrorCode, type Problem } from "./api/api-error.js";
export { timeLimitOf, withinTime } from "./api/time-limit.js";
export { createClient, type ClientOptions, type MoodropClient } from "./api/create-client.js";
export { unwrap } from "./api/unwrap.js";
export type { components, operations, paths } from "./schema.js";
export type * from "./api/types.js";
export { withTimeout, sleep } from "./wait.js";
