/**
 * The page's only Trusted Types policy, which its Content-Security-Policy requires: no text becomes a script, markup may
 * hold nothing but boxes and their style, and workers start only from the page's own address. The browser finds it by
 * its name, "default".
 */
interface Rules {
  createScriptURL: (url: string) => string;
  createHTML: (markup: string) => string;
}

declare global {
  interface Window {
    readonly trustedTypes?: {
      createPolicy: (name: string, rules: Rules) => unknown;
    };
  }
}

/** Returns the address if it is the page's own, and throws if it is not. */
export function ownScript(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`Not a script of this page: ${url.slice(0, 100)}`);
  return url;
}

// What the waveform draws itself into: the library sets it as text.
const BOX = /^<\/?(style|div)(\s+(class|part)="[\w -]*")*\s*>$/;

/** Returns the markup if it holds only boxes and their style, and throws if it could do anything. */
export function inertMarkup(markup: string): string {
  const tags = markup.match(/<[^>]*>?/g) ?? [];
  const other = tags.find((tag) => !BOX.test(tag));
  if (other !== undefined) throw new TypeError(`Not markup of this page: ${other.slice(0, 100)}`);
  return markup;
}

/** Creates the policy before anything is loaded. Browsers without Trusted Types have no factory and need no policy. */
export function trustOwnScripts(): void {
  window.trustedTypes?.createPolicy("default", { createScriptURL: ownScript, createHTML: inertMarkup });
}
