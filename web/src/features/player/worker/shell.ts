/**
 * The page for visits without a network: `/` and the files of one build, whole or not at all.
 *
 * The network always goes first, but a connection that hangs is waited for a few seconds only. The names of the files are
 * hashes of what is in them, so a page never gets a file of another build: it gets its own, or none.
 */

export interface Build {
  /** SHA-256 of the page, in hexadecimal. */
  page: string;
  /** Addresses of its scripts and styles. */
  files: readonly string[];
}

export interface ShellMeans {
  caches: CacheStorage;
  fetch: typeof globalThis.fetch;
}

const PREFIX = "moodrop-shell-";
const PAGE = "/";
/** Addresses that are the page. */
const PAGES = /^\/(?:history|files\/[\w-]+)?$/;
const ASSETS = "/assets/";
/** Requests at a time. */
const AT_ONCE = 4;
/** Milliseconds before each further try: a busy service may refuse one of so many requests. What is stored stays stored. */
const PAUSES_MS = [3000, 15_000];
/** Milliseconds. A dead connection may hang for minutes without an error. */
const PAGE_MS = 4000;
/** So long for a file to be stored. It is some kilobytes. */
const FILE_MS = 60_000;

export const isShellPage = ({ mode, method }: Pick<Request, "mode" | "method">, pathname: string): boolean =>
  mode === "navigate" && method === "GET" && PAGES.test(pathname);

export const isAsset = ({ method }: Pick<Request, "method">, pathname: string): boolean =>
  method === "GET" && pathname.startsWith(ASSETS);

/** Store the build. Rejects, and leaves nothing usable behind, if the service has another one or cannot be reached. */
export async function storeShell(build: Build, { caches, fetch }: ShellMeans): Promise<void> {
  const cache = await caches.open(nameOf(build));
  if (await cache.match(PAGE)) return;
  for (let from = 0; from < build.files.length; from += AT_ONCE) {
    await Promise.all(build.files.slice(from, from + AT_ONCE).map((path) => storeFile(cache, path, fetch)));
  }
  const page = await publicly(fetch, PAGE, "no-store");
  if ((await digestOf(page.clone())) !== build.page) throw new Error("The service has another page");
  // The page comes last: where it is, all of the build is.
  await cache.put(PAGE, page);
}

/** The same, tried a few times. */
export async function storeShellInTime(build: Build, means: ShellMeans, sleep: (ms: number) => Promise<void>): Promise<void> {
  for (const pause of PAUSES_MS) {
    const stored = await storeShell(build, means).then(() => true, () => false);
    if (stored) return;
    await sleep(pause);
  }
  await storeShell(build, means);
}

/** Remove the other builds. Only while no page is open that may be one of them. */
export async function removeOtherShells(build: Build, caches: CacheStorage): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== nameOf(build));
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** Return the service's page; without a network the stored one. `late` resolves once the service is waited for too long. */
export async function answerPage(
  fromNetwork: () => Promise<Response>,
  build: Build | null,
  caches: CacheStorage,
  late: Promise<unknown> = new Promise((resolve) => setTimeout(resolve, PAGE_MS)),
): Promise<Response> {
  const answered = fromNetwork();
  try {
    return await Promise.race([answered, late.then(() => ownPage(build, caches)).then((page) => page ?? answered)]);
  } catch (error) {
    const stored = await storedPage(build, caches);
    if (stored) return stored;
    throw error;
  }
}

export async function answerAsset(request: Request, { caches, fetch }: ShellMeans): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The page of this worker's own build: while the service may still answer, no older one is shown in its place. */
async function ownPage(build: Build | null, caches: CacheStorage): Promise<Response | undefined> {
  return build ? caches.match(PAGE, { cacheName: nameOf(build) }) : undefined;
}

/** That of this worker's own build, else of another that is whole: a page and its files are always of one build. */
async function storedPage(build: Build | null, caches: CacheStorage): Promise<Response | undefined> {
  const own = await ownPage(build, caches);
  if (own) return own;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX)).toReversed();
  for (const name of names) {
    const page = await caches.match(PAGE, { cacheName: name });
    if (page) return page;
  }
  return undefined;
}

async function storeFile(cache: Cache, path: string, fetch: ShellMeans["fetch"]): Promise<void> {
  if (!(await cache.match(path))) await cache.put(path, await publicly(fetch, path, "default"));
}

/** Nothing that belongs to a person is stored: the request says nobody's name. */
async function publicly(fetch: ShellMeans["fetch"], path: string, cache: RequestCache): Promise<Response> {
  const response = await fetch(path, { credentials: "omit", cache, signal: AbortSignal.timeout(FILE_MS) });
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  return response;
}

const nameOf = ({ page }: Build): string => PREFIX + page.slice(0, 16);

async function digestOf(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(await response.arrayBuffer()));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
