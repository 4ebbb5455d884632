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

export interface PageFetchEvent extends Event {
  request: Request;
  clientId: string;
  respondWith: (response: Response | Promise<Response>) => void;
}

interface PageMessageEvent extends Lasting {
  data: unknown;
}

export interface PageClient {
  postMessage: (message: unknown, transfer: Transferable[]) => void;
}

export interface MediaWorkerScope {
  addEventListener: {
    (type: "install", listener: (event: Installing) => void): void;
    (type: "activate", listener: (event: Lasting) => void): void;
    (type: "fetch", listener: (event: PageFetchEvent) => void): void;
    (type: "message", listener: (event: PageMessageEvent) => void): void;
  };
  location: { origin: string };
  clients: {
    claim: () => Promise<void>;
    get: (id: string) => Promise<PageClient | undefined>;
    matchAll: (options: { includeUncontrolled: boolean }) => Promise<readonly PageClient[]>;
  };
}
