import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { ORIGIN, problem, server } from "../testing/server";
import { ApiError } from "./api-error";
import { client, onTokenRefused, setAccessToken, unwrap } from "./http";

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

test("an aborted call stays an AbortError", async () => {
  answer(() => HttpResponse.json({}));

  const call = unwrap(client.GET("/v1/moods", { signal: AbortSignal.abort() }));

  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("the token goes with each call once it is set", async () => {
  const seen: Array<string | null> = [];
  answer(({ request }) => {
    seen.push(request.headers.get("authorization"));
    return HttpResponse.json({ moods: [], server_time: "" });
  });

  await moods();
  setAccessToken("abc");
  await moods();

  expect(seen).toEqual([null, "Bearer abc"]);
});

test("a 401 tells whoever asked to know", async () => {
  const told = vi.fn<() => void>();
  const stop = onTokenRefused(told);
  answer(() => problem(401, "token_expired"));

  await expect(moods()).rejects.toBeInstanceOf(ApiError);
  stop();
  await expect(moods()).rejects.toBeInstanceOf(ApiError);

  expect(told).toHaveBeenCalledOnce();
});
