/** One JSON call of accounts, with the errors of every other call. */
import { asApiError, problemFrom, timeLimitOf, withinTime } from "@moodrop/uploads/client";
import { config } from "../../config";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Throws ApiError. `T` is what the service's OpenAPI document says of the call. */
export async function request<T>(method: Method, path: string, body?: object): Promise<T> {
  const { response, text } = await call(method, path, body).catch((error: unknown) => {
    throw asApiError(error);
  });
  const answer: unknown = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : undefined;
  if (!response.ok) throw problemFrom(response, answer);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the document says
  return answer as T;
}

async function call(method: Method, path: string, body: object | undefined) {
  const response = await fetch(config.apiOrigin + path, {
    method,
    signal: withinTime(timeLimitOf(path)),
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { response, text: await response.text() };
}
