/** A small service and a small store that answer in tests; what they hold is in `world`. */
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import type { FileRecord, Session, Transfer, UploadStart } from "../lib/types";
import { aFile, aSession } from "./builders";

export const ORIGIN = "http://localhost:3000";
export const STORE = "http://store.test";

const v1 = (path: string) => `${ORIGIN}/v1${path}`;

export interface World {
  session: Session;
  files: FileRecord[];
  started: Map<string, UploadStart>;
  /** Bytes in the store, by upload id. */
  stored: Map<string, number>;
  aborted: string[];
}

/** Fill the service anew and take all calls of the page. */
export function aWorld(given: Partial<World> = {}): World {
  const world: World = { session: aSession(), files: [], started: new Map(), stored: new Map(), aborted: [], ...given };
  server.use(...handlersOf(world));
  return world;
}

export function problem(status: number, code: string, extra: object = {}) {
  const body = { type: "about:blank", title: code, status, code, detail: `It is ${code}.`, hint: "Do this.", retryable: false };
  return HttpResponse.json({ ...body, request_id: "r1", error: code, message: code, ...extra }, { status });
}

// A page that is torn down still says goodbye to its uploads, when the test's own world is already gone.
export const server = setupServer(http.delete(v1("/uploads/:id"), () => new HttpResponse(null, { status: 204 })));

function transferTo(upload_id: string, upload: UploadStart): Transfer {
  const headers = { "content-type": upload.content_type, "content-length": String(upload.size_bytes) };
  return { kind: "put", method: "PUT", url: `${STORE}/${upload_id}`, headers, expires_at: "2026-11-21T10:01:00Z" };
}

function handlersOf(world: World) {
  const server_time = "2026-11-21T10:00:00Z";
  const expires_at = "2026-11-21T10:01:00Z";
  return [
    http.get(v1("/session"), () => HttpResponse.json(world.session)),
    http.get(v1("/moods"), () => {
      const moods = world.session.limits.moods.map((mood) => ({
        mood,
        files: world.files.filter((file) => file.mood === mood).length,
      }));
      return HttpResponse.json({ moods, server_time });
    }),
    http.get(v1("/files"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const [mood, limit, from] = [query.get("mood"), Number(query.get("limit")), Number(query.get("cursor") ?? 0)];
      const all = world.files.filter((file) => mood === null || file.mood === mood);
      const next_cursor = from + limit < all.length ? String(from + limit) : null;
      return HttpResponse.json({ files: all.slice(from, from + limit), next_cursor });
    }),
    http.delete(v1("/files/:id"), ({ params }) => {
      world.files = world.files.filter((file) => file.file_id !== params["id"]);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(v1("/files/:id/download"), ({ params, request }) => {
      const file_id = String(params["id"]);
      const url = `${STORE}/get/${file_id}?as=${new URL(request.url).searchParams.get("disposition") ?? ""}`;
      return HttpResponse.json({ file_id, method: "GET", url, headers: {}, expires_at, server_time });
    }),
    http.post<never, UploadStart>(v1("/uploads"), async ({ request }) => {
      const upload = await request.json();
      const upload_id = `upload-${world.started.size + 1}`;
      world.started.set(upload_id, upload);
      const transfer = transferTo(upload_id, upload);
      return HttpResponse.json({ upload_id, object_key: "k", expires_at, server_time, transfer }, { status: 201 });
    }),
    http.post(v1("/uploads/:id/urls"), ({ params }) => {
      const upload_id = String(params["id"]);
      const upload = world.started.get(upload_id);
      if (!upload) return problem(404, "upload_not_found");
      return HttpResponse.json({ upload_id, server_time, transfer: transferTo(upload_id, upload) });
    }),
    http.post<{ id: string }, Partial<FileRecord>>(v1("/uploads/:id/confirm"), async ({ params, request }) => {
      const upload = world.started.get(params.id);
      if (!upload) return problem(404, "upload_not_found");
      if (!world.stored.has(params.id)) return problem(409, "object_missing", { retryable: true });
      const { filename, content_type, size_bytes } = upload;
      const file = aFile({ file_id: params.id, filename, content_type, size_bytes, ...(await request.json()) });
      world.files = [file, ...world.files];
      return HttpResponse.json(file);
    }),
    http.delete(v1("/uploads/:id"), ({ params }) => {
      world.aborted.push(String(params["id"]));
      return new HttpResponse(null, { status: 204 });
    }),
    http.put(`${STORE}/:id`, async ({ params, request }) => {
      world.stored.set(String(params["id"]), (await request.arrayBuffer()).byteLength);
      return new HttpResponse(null, { status: 200 });
    }),
  ];
}
