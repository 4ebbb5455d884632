import { http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { ORIGIN, problem, server } from "../testing/server";
import { ApiError, asApiError } from "./api-error";
import { client, onTokenRefused, setAccessToken, unwrap } from "./http";
import { inWords } from "./problem-words";

const moods = () => unwrap(client.GET("/v1/moods"));
const answer = (handler: Parameters<typeof http.get>[1]) => server.use(http.get(`${ORIGIN}/v1/moods`, handler));
const failure = () => moods().catch((error: unknown) => inWords(asApiError(error)));

test("a proxy's HTML page becomes a plain sentence", async () => {
  answer(() => HttpResponse.html("<h1>Bad gateway</h1>", { status: 502 }));

  await expect(failure()).resolves.toMatchObject({ detail: "The server returned an error (502). Try again." });
});

test("no network is told in the page's words", async () => {
  answer(() => HttpResponse.error());

  await expect(failure()).resolves.toMatchObject({ detail: "Can't reach Moodrop." });
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
  const refused = vi.fn<() => void>();
  const stop = onTokenRefused(refused);
  answer(() => problem(401, "token_expired"));

  await expect(moods()).rejects.toBeInstanceOf(ApiError);
  stop();
  await expect(moods()).rejects.toBeInstanceOf(ApiError);

  expect(refused).toHaveBeenCalledOnce();
});
