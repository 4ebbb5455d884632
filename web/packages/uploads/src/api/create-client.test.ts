import { delay, http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { ORIGIN, problem, server } from "../../testing/server.js";
import { ApiError } from "./api-error.js";
import { createClient } from "./create-client.js";
import { timeLimitOf } from "./time-limit.js";
import { unwrap } from "./unwrap.js";

const client = createClient({ baseUrl: ORIGIN });
const moods = () => unwrap(client.GET("/v1/moods"));
const answer = (handler: Parameters<typeof http.get>[1]) => server.use(http.get(`${ORIGIN}/v1/moods`, handler));

test("a problem keeps its code, its words and its hint", async () => {
  answer(() => problem(422, "invalid_request"));

  await expect(moods()).rejects.toMatchObject({
    code: "invalid_request",
    status: 422,
    detail: "It is invalid_request.",
    hint: "Do this.",
    retryable: false,
  });
});

test("Retry-After comes with the error", async () => {
  answer(() => new HttpResponse("{}", { status: 503, headers: { "retry-after": "7" } }));

  await expect(moods()).rejects.toMatchObject({ retryable: true, retry_after: 7 });
});

test("a proxy's HTML page becomes a plain sentence", async () => {
  answer(() => HttpResponse.html("<h1>Bad gateway</h1>", { status: 502 }));

  await expect(moods()).rejects.toMatchObject({
    code: "unexpected_answer",
    detail: "The service answered 502, and gave no reason.",
  });
});

test("no network is its own code, and may be tried again", async () => {
  answer(() => HttpResponse.error());

  await expect(moods()).rejects.toMatchObject({ code: "unreachable", retryable: true });
});

test("a call that is never answered is given up, and may be tried again", async () => {
  answer(async () => {
    await delay("infinite");
    return undefined;
  });

  const call = unwrap(createClient({ baseUrl: ORIGIN, timeoutMs: 20 }).GET("/v1/moods"));

  await expect(call).rejects.toMatchObject({ name: "ApiError", code: "timed_out", retryable: true });
});

test("a confirm may take longer than other calls: the store puts a large file together", () => {
  expect(timeLimitOf("/v1/uploads/1/confirm", 1000)).toBe(5000);
  expect(timeLimitOf("/v1/files", 1000)).toBe(1000);
  expect(timeLimitOf("/v1/files")).toBe(60_000);
});

test("an aborted call stays an AbortError", async () => {
  answer(() => HttpResponse.json({}));

  const call = unwrap(client.GET("/v1/moods", { signal: AbortSignal.abort() }));

  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("the token of the moment goes with each call", async () => {
  const seen: Array<string | null> = [];
  answer(({ request }) => {
    seen.push(request.headers.get("authorization"));
    return HttpResponse.json({ moods: [], server_time: "" });
  });
  let token: string | null = null;
  const guarded = createClient({ baseUrl: ORIGIN, token: () => token });

  await unwrap(guarded.GET("/v1/moods"));
  token = "abc";
  await unwrap(guarded.GET("/v1/moods"));

  expect(seen).toEqual([null, "Bearer abc"]);
});

test("further headers go with each call", async () => {
  const seen: Array<string | null> = [];
  answer(({ request }) => {
    seen.push(request.headers.get("x-tenant"));
    return HttpResponse.json({ moods: [], server_time: "" });
  });

  await unwrap(createClient({ baseUrl: ORIGIN, headers: { "x-tenant": "blue" } }).GET("/v1/moods"));

  expect(seen).toEqual(["blue"]);
});

test("a 401 is told", async () => {
  const onUnauthorized = vi.fn<() => void>();
  answer(() => problem(401, "token_expired"));

  await expect(unwrap(createClient({ baseUrl: ORIGIN, onUnauthorized }).GET("/v1/moods"))).rejects.toBeInstanceOf(ApiError);

  expect(onUnauthorized).toHaveBeenCalledOnce();
});
