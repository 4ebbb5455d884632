/** A link to a file's page: opens over the list, or in a new tab like any link. */
import type { ReactNode } from "react";
import type { RowVerbs } from "./file-row";

export interface FileLinkProps extends Pick<RowVerbs, "addressOf" | "onOpen"> {
  file_id: string;
  tabIndex?: number;
  children: ReactNode;
}

export function FileLink({ file_id, tabIndex, addressOf, onOpen, children }: FileLinkProps) {
  return (
    <a
      className="file-link"
      href={addressOf(file_id)}
      tabIndex={tabIndex}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onOpen(file_id);
      }}
    >
      {children}
    </a>
  );
}
