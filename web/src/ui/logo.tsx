/** The drop with a pulse in it. Same drawing as public/favicon.svg. */
export function Logo({ size }: { size: number }) {
  return (
    <svg className="logo" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path className="logo-drop" d="M16 2.5c5 6.2 9.8 11 9.8 16.7a9.8 9.8 0 0 1-19.6 0C6.2 13.5 11 8.7 16 2.5z" />
      <path className="logo-pulse" d="M11.5 17.5v4M16 14v11M20.5 17.5v4" />
    </svg>
  );
}
