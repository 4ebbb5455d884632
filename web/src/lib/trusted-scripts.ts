/**
 * The page's only Trusted Types policy, which its Content-Security-Policy requires: no text becomes markup or a script,
 * and workers start only from the page's own address. The browser finds it by its name, "default".
 */
declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => unknown;
    };
  }
}

/** Returns the address if it is the page's own, and throws if it is not. */
export function ownScript(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`Not a script of this page: ${url.slice(0, 100)}`);
  return url;
}

/** Creates the policy before anything is loaded. Browsers without Trusted Types have no factory and need no policy. */
export function trustOwnScripts(): void {
  window.trustedTypes?.createPolicy("default", { createScriptURL: ownScript });
}
