/** The types of a service worker used here: TypeScript's own conflict with the page's. */

interface Lasting extends Event {
  waitUntil: (work: Promise<unknown>) => void;
}

interface Route {
  condition: object;
  source: "network";
}

interface Installing extends Lasting {
  /** Chromium only. */
  addRoutes?: (routes: Route[]) => Promise<void> | undefined;
}

export interface MediaFetchEvent extends Event {
  request: Request;
  clientId: string;
  respondWith: (response: Response) => void;
}

export interface PageClient {
  postMessage: (message: unknown, transfer: Transferable[]) => void;
}

export interface MediaWorkerScope {
  addEventListener: {
    (type: "install", listener: (event: Installing) => void): void;
    (type: "activate", listener: (event: Lasting) => void): void;
    (type: "fetch", listener: (event: MediaFetchEvent) => void): void;
  };
  skipWaiting: () => Promise<void>;
  clients: { claim: () => Promise<void>; get: (id: string) => Promise<PageClient | undefined> };
}
