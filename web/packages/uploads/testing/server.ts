/** A small service and a small store that take uploads in tests; what they hold is in `world`. */
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import type { FileRecord, PartTransfer, Transfer, UploadRecord, UploadStart, RequestedParts } from "../src/api/types.js";
import { aFile } from "./builders.js";

export const ORIGIN = "http://localhost:3000";
export const STORE = "http://store.test";
export const server = setupServer();

export const v1 = (path: string) => `${ORIGIN}/v1${path}`;

export interface UploadsWorld {
  files: FileRecord[];
  started: Map<string, UploadStart>;
  /** Bytes in the store, by upload id, or by upload id and part number: upload-1/2. */
  stored: Map<string, number>;
  aborted: string[];
  /** Larger files go in parts of this size. */
  put_max_bytes: number;
}

export function anUploadsWorld(given: Partial<UploadsWorld> = {}): UploadsWorld {
  return { files: [], started: new Map(), stored: new Map(), aborted: [], put_max_bytes: 1e6, ...given };
}

export function problem(status: number, code: string, extra: object = {}) {
  const body = { type: "about:blank", title: code, status, code, detail: `It is ${code}.`, hint: "Do this.", retryable: false };
  return HttpResponse.json({ ...body, request_id: "r1", error: code, message: code, ...extra }, { status });
}

export const expires_at = "2026-11-21T10:01:00Z";
export const server_time = "2026-11-21T10:00:00Z";

function transferTo(upload_id: string, upload: UploadStart): Transfer {
  const headers = { "content-type": upload.content_type, "content-length": String(upload.size_bytes) };
  return { kind: "put", method: "PUT", url: `${STORE}/${upload_id}`, headers, expires_at };
}

function partsOf(upload_id: string, upload: UploadStart, world: UploadsWorld, numbers: number[]) {
  const { size_bytes, part_checksum_algorithm = null } = upload;
  const part_size_bytes = world.put_max_bytes;
  const part_count = Math.ceil(size_bytes / part_size_bytes);
  const parts = numbers.map((part_number): PartTransfer => {
    const size = Math.min(part_size_bytes, size_bytes - (part_number - 1) * part_size_bytes);
    const url = `${STORE}/${upload_id}/${part_number}`;
    return { part_number, size_bytes: size, method: "PUT", url, headers: {}, expires_at };
  });
  return { kind: "multipart" as const, part_size_bytes, part_count, part_checksum_algorithm, parts, expires_at };
}

function recordOf(upload_id: string, upload: UploadStart, world: UploadsWorld): UploadRecord {
  const multipart = upload.size_bytes > world.put_max_bytes;
  const plan = partsOf(upload_id, upload, world, []);
  const stored = [...world.stored].filter(([name]) => name.startsWith(`${upload_id}/`));
  const parts = stored.map(([name, size]) => ({ part_number: Number(name.split("/")[1]), size_bytes: size, etag: "e" }));
  return {
    ...aFile(),
    ...upload,
    upload_id,
    owner: "local",
    object_key: "k",
    checksum: null,
    fingerprint: upload.fingerprint ?? null,
    cover_of: null,
    part_checksum_algorithm: plan.part_checksum_algorithm,
    tags: [],
    visibility: "private",
    status: world.files.some(({ file_id }) => file_id === upload_id) ? "ready" : "pending",
    expires_at,
    kind: multipart ? "multipart" : "put",
    part_size_bytes: multipart ? plan.part_size_bytes : null,
    part_count: multipart ? plan.part_count : null,
    stored_parts: multipart ? parts : null,
  };
}

/** Whether the store has all of it. */
function isStored(upload_id: string, upload: UploadStart, world: UploadsWorld): boolean {
  const { part_count, stored_parts } = recordOf(upload_id, upload, world);
  return stored_parts ? stored_parts.length === part_count : world.stored.has(upload_id);
}

/** The answers of the upload calls, and of the store. */
export function uploadHandlers(world: UploadsWorld) {
  return [
    http.post<never, UploadStart>(v1("/uploads"), async ({ request }) => {
      const upload = await request.json();
      const upload_id = `upload-${world.started.size + 1}`;
      world.started.set(upload_id, upload);
      const multipart = upload.size_bytes > world.put_max_bytes;
      const transfer = multipart ? partsOf(upload_id, upload, world, []) : transferTo(upload_id, upload);
      return HttpResponse.json({ upload_id, object_key: "k", expires_at, server_time, transfer }, { status: 201 });
    }),
    http.get(v1("/uploads"), ({ request }) => {
      const fingerprint = new URL(request.url).searchParams.get("fingerprint");
      const ended = new Set([...world.aborted, ...world.files.map((file) => file.file_id)]);
      const uploads = [...world.started].filter(
        ([upload_id, upload]) => !ended.has(upload_id) && [null, upload.fingerprint].includes(fingerprint),
      );
      const records = uploads.map(([upload_id, upload]) => recordOf(upload_id, upload, world));
      return HttpResponse.json({ uploads: records, next_cursor: null });
    }),
    http.get<{ id: string }>(v1("/uploads/:id"), ({ params }) => {
      const upload = world.started.get(params.id);
      return upload ? HttpResponse.json(recordOf(params.id, upload, world)) : problem(404, "upload_not_found");
    }),
    http.post<{ id: string }, RequestedParts>(v1("/uploads/:id/urls"), async ({ params, request }) => {
      const upload_id = params.id;
      const upload = world.started.get(upload_id);
      if (!upload) return problem(404, "upload_not_found");
      const { parts, part_numbers } = await request.json();
      const numbers = parts?.map(({ part_number }) => part_number) ?? part_numbers;
      const transfer = numbers ? partsOf(upload_id, upload, world, numbers) : transferTo(upload_id, upload);
      return HttpResponse.json({ upload_id, expires_at, server_time, transfer });
    }),
    http.post<{ id: string }, Partial<FileRecord>>(v1("/uploads/:id/confirm"), async ({ params, request }) => {
      const upload = world.started.get(params.id);
      if (!upload) return problem(404, "upload_not_found");
      if (!isStored(params.id, upload, world)) {
        const code = upload.size_bytes > world.put_max_bytes ? "parts_missing" : "object_missing";
        return problem(409, code, { retryable: true });
      }
      const known = world.files.find(({ file_id }) => file_id === params.id);
      if (known) return HttpResponse.json(known);
      const song = world.files.find(({ file_id }) => file_id === upload.cover_of);
      if (song) return HttpResponse.json(Object.assign(song, { cover_id: params.id }));
      const { filename, content_type, size_bytes, mood = null, title = null, artist = null, album = null, tags } = upload;
      // A confirm adds to what was declared, and empties nothing.
      const confirmed = Object.entries(await request.json()).filter(([, value]) => value !== null);
      const declared = { mood, title, artist, album, tags: tags ?? [], duration_seconds: upload.duration_seconds ?? null };
      const file = aFile({ file_id: params.id, filename, content_type, size_bytes, ...declared, ...Object.fromEntries(confirmed) });
      world.files = [file, ...world.files];
      return HttpResponse.json(file);
    }),
    http.get<{ id: string }>(v1("/files/:id"), ({ params }) => {
      const file = world.files.find((one) => one.file_id === params.id);
      return file ? HttpResponse.json(file) : problem(404, "file_not_found");
    }),
    http.patch<{ id: string }, Partial<FileRecord>>(v1("/files/:id"), async ({ params, request }) => {
      const named = request.headers.get("if-match");
      const file = world.files.find(({ file_id, revision }) => file_id === params.id && named === `"${file_id}.${revision}"`);
      if (!file) return problem(412, "file_changed");
      const edits = await request.json();
      const next = { ...file, ...edits, revision: file.revision + 1 };
      next.tags ??= [];
      world.files = world.files.map((one) => (one === file ? next : one));
      return HttpResponse.json(next);
    }),
    http.delete(v1("/uploads/:id"), ({ params }) => {
      world.aborted.push(String(params["id"]));
      return new HttpResponse(null, { status: 204 });
    }),
    http.put(`${STORE}/:id/:part`, async ({ params, request }) => {
      world.stored.set(`${String(params["id"])}/${String(params["part"])}`, (await request.arrayBuffer()).byteLength);
      return new HttpResponse(null, { status: 200 });
    }),
    http.put(`${STORE}/:id`, async ({ params, request }) => {
      world.stored.set(String(params["id"]), (await request.arrayBuffer()).byteLength);
      return new HttpResponse(null, { status: 200 });
    }),
  ];
}
