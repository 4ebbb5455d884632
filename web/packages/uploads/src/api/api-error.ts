/** What the service says when it says no: one class, told apart by `code`. */
import type { components } from "../schema.js";

/** Those of the service's catalogue, and the client's own two, where it was not the service that spoke. */
export type ErrorCode = components["schemas"]["Problem"]["code"] | "unreachable" | "unexpected_answer";
/** A service that is newer than the kit may have others. */
type AnyCode = ErrorCode | (string & Record<never, never>);

export interface Problem {
  code: AnyCode;
  status: number;
  /** What happened, in the service's English. */
  detail: string;
  /** What to do about it; may be empty. */
  hint: string;
  retryable: boolean;
  /** Seconds that the service asked us to wait; null when it did not. */
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

/** `unreachable`: no network, or nothing listening. Both codes here are the client's own; the service has no such. */
export function unreachable(cause: unknown): ApiError {
  return new ApiError(
    { code: "unreachable", status: 0, detail: "The service can't be reached.", hint: "", retryable: true, retry_after: null },
    { cause },
  );
}

/** Read an answer's problem+json; a proxy's bare HTML page becomes `unexpected_answer`. */
export function problemFrom(response: Response, body: unknown): ApiError {
  const said = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem>;
  return new ApiError({
    code: said.code ?? "unexpected_answer",
    status: response.status,
    detail: said.detail ?? `The service answered ${response.status}, and gave no reason.`,
    hint: said.hint ?? "",
    retryable: said.retryable ?? response.status >= 500,
    retry_after: secondsFrom(response.headers.get("retry-after")),
  });
}

/** Anything thrown, as an ApiError. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : unreachable(error);
}

/** By its name: a DOMException of another realm, such as a frame's, is no instance of this one's. */
export function isAbort(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";
}

function secondsFrom(header: string | null): number | null {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? seconds : null;
}
