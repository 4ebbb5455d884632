"""The service worker that removes itself: what browsers get at the worker's address with PAGE_WORKER=0.

A page keeps the worker that it has until the browser finds another one at the same address, which it looks for at each
visit, and at least once a day. Songs that a person keeps on a device stay.
"""

RETIRED_WORKER = """\
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith("moodrop-sh"));
      await Promise.all(names.map((name) => caches.delete(name)));
      await self.registration.unregister();
    })(),
  ),
);
"""
