/** Errors from the service: one class, distinguished by `code`. */
import type { components } from "../schema.js";

/** The codes of the service, and three of the client for what is not a response of the service. */
export type ErrorCode = components["schemas"]["Problem"]["code"] | "unreachable" | "timed_out" | "unexpected_answer";
/** A newer service may have other codes. */
type AnyCode = ErrorCode | (string & Record<never, never>);

export interface Problem {
  code: AnyCode;
  status: number;
  /** What happened, in the service's English. */
  detail: string;
  /** What to do about it; may be empty. */
  hint: string;
  retryable: boolean;
  /** Seconds that the service asked to wait; null if it did not. */
  retry_after: number | null;
}

export class ApiError extends Error implements Problem {
  readonly code: AnyCode;
  readonly status: number;
  readonly detail: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly retry_after: number | null;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail;
    this.hint = problem.hint;
    this.retryable = problem.retryable;
    this.retry_after = problem.retry_after;
  }
}

/** `unreachable`: no network, or nothing listens. This code, `timed_out` and `unexpected_answer` are the client's own. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError(
    { code: "unreachable", status: 0, detail: "The service can't be reached.", hint: "", retryable: true, retry_after: null },
    { cause },
  );
}

/** `timed_out`: there was no complete response in time. What was asked for may have been done all the same. */
function timedOut(cause: unknown): ApiError {
  return new ApiError(
    { code: "timed_out", status: 0, detail: "The service took too long to answer.", hint: "", retryable: true, retry_after: null },
    { cause },
  );
}

/** Read the problem+json of a response; a proxy's HTML page becomes `unexpected_answer`. */
export function problemFrom(response: Response, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  return new ApiError({
    code: problem.code ?? "unexpected_answer",
    status: response.status,
    detail: problem.detail ?? `The service answered ${response.status}, and gave no reason.`,
    hint: problem.hint ?? "",
    retryable: problem.retryable ?? response.status >= 500,
    retry_after: secondsFrom(response.headers.get("retry-after")),
  });
}

/** Convert anything thrown into an ApiError. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return isNamed(error, "TimeoutError") ? timedOut(error) : unreachable(error);
}

export function isAbort(error: unknown): boolean {
  return isNamed(error, "AbortError");
}

/** Checks the name, because a DOMException from a frame is not an instance of this page's class. */
function isNamed(error: unknown, name: string): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === name;
}

function secondsFrom(header: string | null): number | null {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? seconds : null;
}
