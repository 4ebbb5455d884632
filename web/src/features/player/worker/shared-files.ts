/** Files that another app shared with the installed page: stored until the page takes them. */

/** Keep in step with the page: features/uploads/choose/take-shared.ts, and with the manifest. */
const CACHE = "moodrop-shared";
const ADDRESS = "/share";
const FIELD = "files";
/** What does not fit is left out. */
const MOST_BYTES = 1024 ** 3;

export const isShare = ({ mode, method }: Pick<Request, "mode" | "method">, pathname: string): boolean =>
  mode === "navigate" && method === "POST" && pathname === ADDRESS;

/** Store the files in place of those shared before, and lead to the page. */
export async function answerShare(request: Request, caches: CacheStorage, most_bytes = MOST_BYTES): Promise<Response> {
  const form = await request.formData();
  await caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  let [left, left_out] = [most_bytes, 0];
  for (const [index, file] of form.getAll(FIELD).entries()) {
    if (!(file instanceof File)) continue;
    if (file.size > left) left_out += 1;
    else {
      left -= file.size;
      const headers = { "content-type": file.type || "application/octet-stream", "x-name": encodeURIComponent(file.name) };
      await cache.put(`${ADDRESS}/${index}`, new Response(file, { headers }));
    }
  }
  await cache.put(ADDRESS, Response.json({ at: Date.now(), left_out }));
  return Response.redirect(new URL("/", request.url).href, 303);
}
