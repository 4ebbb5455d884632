/** A small service and a small store for tests; `world` holds their contents. */
import { http, HttpResponse } from "msw";
import {
  anUploadsWorld,
  expires_at,
  server,
  server_time,
  STORE,
  uploadHandlers,
  v1,
  type UploadsWorld,
} from "../../packages/uploads/testing/server";
import type { Session } from "../lib/types";
import { aFile, aSession } from "./builders";

export { ORIGIN, problem, server, STORE } from "../../packages/uploads/testing/server";

export interface World extends UploadsWorld {
  session: Session;
}

/** Start with a new world and answer all calls of the page. */
export function aWorld(given: Partial<World> = {}): World {
  const world: World = { session: aSession(), ...anUploadsWorld(), ...given };
  server.use(...handlersOf(world), ...uploadHandlers(world));
  return world;
}

function handlersOf(world: World) {
  return [
    http.get(v1("/session"), () => HttpResponse.json(world.session)),
    http.get(v1("/moods"), () => {
      const moods = world.session.limits.moods.map((mood) => ({
        mood,
        files: world.files.filter((file) => file.mood === mood).length,
      }));
      return HttpResponse.json({ moods, files: moods.reduce((sum, { files }) => sum + files, 0), server_time });
    }),
    http.get(v1("/files"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const [mood, limit, from] = [query.get("mood"), Number(query.get("limit")), Number(query.get("cursor") ?? 0)];
      const q = (query.get("q") ?? "").toLowerCase();
      const sizes = query.get("size_bytes")?.split(",").map(Number) ?? null;
      const all = world.files.filter(
        (file) => (sizes === null || sizes.includes(file.size_bytes)) && (mood === null || file.mood === mood) && (file.title ?? "").toLowerCase().startsWith(q),
      );
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
      const { etag, confirmed_at } = world.files.find((file) => file.file_id === file_id) ?? aFile();
      return HttpResponse.json({ file_id, method: "GET", url, headers: {}, etag, confirmed_at, expires_at, server_time });
    }),
  ];
}
