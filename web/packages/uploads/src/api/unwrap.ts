/** The end of every call of the client: its body, or an ApiError. A module of its own, for who brings another client. */
import { asApiError, isAbort, problemFrom } from "./api-error.js";

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return the body of a response. Throws ApiError, or AbortError if aborted. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await call.catch((error: unknown) => {
    throw isAbort(error) ? error : asApiError(error);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a 204 has no body, and T is void there
  if (result.response.ok) return result.data as T;
  throw problemFrom(result.response, result.error);
}
