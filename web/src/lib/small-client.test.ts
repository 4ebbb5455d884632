import { delay, http, HttpResponse } from "msw";
import { expect, test, vi } from "vitest";
import { server } from "../testing/server";
import { unwrap } from "./http";
import { smallClient } from "./small-client";

const ORIGIN = "http://files.test";
const onUnauthorized = vi.fn<() => void>();
const client = smallClient({ baseUrl: ORIGIN, headers: () => ({ authorization: "Bearer now" }), onUnauthorized });

test("parameters, body and headers go as the kit's client sends them", async () => {
  const seen: unknown[] = [];
  server.use(
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      const { pathname, search } = new URL(request.url);
      const [type, etag, authorization] = ["content-type", "if-match", "authorization"].map((name) => request.headers.get(name));
      seen.push([request.method, pathname + search, type, etag, authorization, await request.text()]);
      return HttpResponse.json({});
    }),
  );
  const path = { file_id: "a/b" };
  await unwrap(client.GET("/v1/files", { params: { query: { q: "ä & b", limit: 2 } } }));
  await unwrap(client.PATCH("/v1/files/{file_id}", { params: { path }, body: { title: "x" }, headers: { "if-match": '"1"' } }));

  expect(seen).toEqual([
    ["GET", "/v1/files?q=%C3%A4+%26+b&limit=2", null, null, "Bearer now", ""],
    ["PATCH", "/v1/files/a%2Fb", "application/json", '"1"', "Bearer now", '{"title":"x"}'],
  ]);
});

test("an answer without a body is undefined", async () => {
  server.use(http.delete(`${ORIGIN}/v1/session`, () => new HttpResponse(null, { status: 204 })));

  await expect(unwrap(client.DELETE("/v1/session"))).resolves.toBeUndefined();
});

test("a proxy's page is an error like any other, and 401 is told", async () => {
  server.use(http.get(`${ORIGIN}/v1/moods`, () => HttpResponse.html("<h1>no</h1>", { status: 401 })));

  await expect(unwrap(client.GET("/v1/moods"))).rejects.toMatchObject({ code: "unexpected_answer", status: 401 });
  expect(onUnauthorized).toHaveBeenCalledOnce();
});

test("an aborted call stays an AbortError", async () => {
  await expect(unwrap(client.GET("/v1/moods", { signal: AbortSignal.abort() }))).rejects.toMatchObject({ name: "AbortError" });
});

test("a service that falls silent is given up, and may be asked again", async () => {
  server.use(http.get(`${ORIGIN}/v1/moods`, async () => {
    await delay("infinite");
    return undefined;
  }));
  const hasty = smallClient({ baseUrl: ORIGIN, headers: () => ({}), onUnauthorized, timeoutMs: 50 });

  await expect(unwrap(hasty.GET("/v1/moods"))).rejects.toMatchObject({ code: "timed_out", retryable: true });
});

test("whoever asks may stop sooner", async () => {
  server.use(http.get(`${ORIGIN}/v1/moods`, async () => {
    await delay("infinite");
    return undefined;
  }));
  const stop = new AbortController();

  const call = unwrap(client.GET("/v1/moods", { signal: stop.signal }));
  stop.abort();

  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});
