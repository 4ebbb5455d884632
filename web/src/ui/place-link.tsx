/** A link to another view of the page: no reload, and a new tab like any link. */
import type { MouseEvent, ReactNode } from "react";
import { goTo } from "../lib/address";

export interface PlaceLinkProps {
  to: string;
  className?: string;
  /** The person is there. */
  current?: boolean;
  children: ReactNode;
}

export function PlaceLink({ to, className, current = false, children }: PlaceLinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a className={className} href={to} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
