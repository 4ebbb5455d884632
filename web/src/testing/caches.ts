/** The browser's caches in memory, as far as the page and its worker use them. */

const pathOf = (key: RequestInfo | URL) => new URL(key instanceof Request ? key.url : String(key), "http://page.test").pathname;

function aCache() {
  const stored = new Map<string, Response>();
  return {
    match: (key: RequestInfo | URL) => Promise.resolve(stored.get(pathOf(key))?.clone()),
    put: (key: RequestInfo | URL, response: Response) => Promise.resolve(void stored.set(pathOf(key), response)),
    delete: (key: RequestInfo | URL) => Promise.resolve(stored.delete(pathOf(key))),
    keys: () => Promise.resolve([...stored.keys()].map((path) => new Request(`http://page.test${path}`))),
  };
}

export function aCacheStorage(): CacheStorage {
  const all = new Map<string, ReturnType<typeof aCache>>();
  const open = (name: string) => {
    const cache = all.get(name) ?? aCache();
    all.set(name, cache);
    return Promise.resolve(cache);
  };
  const match = async (key: RequestInfo | URL, { cacheName }: MultiCacheQueryOptions = {}) => {
    for (const [name, cache] of all) {
      const response = cacheName === undefined || cacheName === name ? await cache.match(key) : undefined;
      if (response) return response;
    }
    return undefined;
  };
  const storage = {
    open,
    match,
    has: (name: string) => Promise.resolve(all.has(name)),
    delete: (name: string) => Promise.resolve(all.delete(name)),
    keys: () => Promise.resolve([...all.keys()]),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is missing is not used
  return storage as unknown as CacheStorage;
}
