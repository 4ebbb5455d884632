/** The lower edge of the page: the library's notes, the uploads, the state of the network, the player. */
import type { RefCallback } from "react";
import { PlayerDock } from "../features/player/player-dock";
import { LazyUploads } from "../features/uploads/lazy-uploads";
import type { Session } from "../lib/types";
import { useIsPhone, useOnline } from "../lib/use-browser";
import { words } from "../lib/words";
import { AddKey } from "./add-key";
import { measureDock } from "./measure-dock";
import { OfflineLine } from "./offline-line";
import { StaleLine } from "./stale-line";
import type { HomeState } from "./use-home";

export interface DockProps {
  session: Session;
  home: HomeState;
  limitsId: string;
  /** Receives the element for the library's bar and toast. */
  notesRef: RefCallback<HTMLElement>;
}

export function Dock({ session: { limits, owner, features }, home, limitsId, notesRef }: DockProps) {
  const { uploads, library, player, links, isEmpty, mayAdd } = home;
  const isPhone = useIsPhone();
  const isOnline = useOnline();
  return (
    <div ref={measureDock} className="dock">
      <aside ref={notesRef} className="dock-notes" aria-label={words.files.label} />
      {isPhone && !isEmpty && mayAdd && <AddKey describedBy={limitsId} onAdd={uploads.requestPanel} />}
      {mayAdd && (
        <LazyUploads
          uploads={uploads}
          owner={owner ?? ""}
          limits={limits}
          onChosen={library.preparePut}
          onDone={library.put}
          onPlay={home.actions.playThese}
        />
      )}
      {!isOnline && <OfflineLine />}
      <StaleLine />
      <PlayerDock player={player} owner={owner ?? ""} onDownload={links.download} keepsHistory={features.history} />
    </div>
  );
}
