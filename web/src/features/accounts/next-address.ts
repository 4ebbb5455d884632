/** Where the person wanted to go when the page asked them to sign in: an address of this page alone. */
export function nextAddress(): string {
  const { pathname, search } = location;
  // The form stands in for these views.
  if (pathname === "/account" || pathname === "/link") return pathname + search;
  const next = new URLSearchParams(search).get("next") ?? "";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
