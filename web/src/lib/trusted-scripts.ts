/**
 * The page's one policy for Trusted Types, which its Content-Security-Policy asks for: no text becomes markup or a
 * script, and a worker is started from the page's own address alone. The browser asks it by its name, "default".
 */
declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => unknown;
    };
  }
}

/** The address, where it is the page's own. Throws where it is not. */
export function ownScript(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`Not a script of this page: ${url.slice(0, 100)}`);
  return url;
}

/** Make the policy, before anything is loaded. Browsers without Trusted Types have no factory, and ask for nothing. */
export function trustOwnScripts(): void {
  window.trustedTypes?.createPolicy("default", { createScriptURL: ownScript });
}
