/** A link to another view of the page: no reload, and a new tab like any link. */
import type { MouseEvent, ReactNode } from "react";
import { goTo } from "../lib/address";

export function PlaceLink({ to, className, children }: { to: string; className?: string; children: ReactNode }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a className={className} href={to} onClick={follow}>
      {children}
    </a>
  );
}
