/** Actions of a row's buttons outside the list: save, open, copy a link. What they do loads with the first of them. */
import { useMemo } from "react";
import type { FileRecord } from "../../../lib/types";
import { withPart } from "../../../lib/with-part";
import type * as Doing from "./file-actions";

export interface FileActions {
  download: (file: FileRecord) => void;
  open: (file: FileRecord) => void;
  copyLink: (file: FileRecord) => void;
  /** Hand a link to another app, by the system's own sheet. */
  send: (file: FileRecord) => void;
  /** Whichever of the two this device has. */
  share: (file: FileRecord) => void;
}

/** `openToAll`: the service needs no token, so the stable address works as a link. */
export function useFileActions(openToAll: boolean): FileActions {
  return useMemo(
    () => ({
      download: (file) => void begin((actions) => actions.save(file)),
      open: (file) => void openInTab(file),
      copyLink: (file) => void begin((actions) => actions.copyLink(file, openToAll)),
      send: (file) => void begin((actions) => actions.send(file, openToAll)),
      share: (file) => void begin((actions) => actions.share(file, openToAll)),
    }),
    [openToAll],
  );
}

function begin(act: (actions: typeof Doing) => Promise<void>): Promise<boolean> {
  return withPart(() => import("./file-actions"), (actions) => actions.reportFailure(act(actions)));
}

/** Open the tab before the wait: after it, the browser would block it as a pop-up. */
async function openInTab(file: FileRecord): Promise<void> {
  const tab = globalThis.open("about:blank", "_blank");
  const loaded = await begin((actions) => actions.showIn(tab, file));
  if (!loaded) tab?.close();
}
