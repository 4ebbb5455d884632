/** What the home page holds: the library and its place, the player, the uploads, and the actions that join them. */
import { useState } from "react";
import { searchOf } from "../features/files/list/library-query";
import { useLibraryPlace, type LibraryPlace } from "../features/files/list/library-place";
import { useLibrary, type LibraryView } from "../features/files/list/use-library";
import { useRemovals, type Removals } from "../features/files/remove/use-removals";
import { useFileActions, type FileActions } from "../features/files/share/use-file-actions";
import { usePlayer, type Player } from "../features/player/use-player";
import type { PageUploads } from "../features/uploads/page-uploads";
import { usePageUploads } from "../features/uploads/use-page-uploads";
import { may } from "../lib/scopes";
import type { Session } from "../lib/types";
import { useListActions, type ListActions } from "./use-list-actions";
import { usePictures, type Pictures } from "./use-pictures";

export interface HomeState {
  place: LibraryPlace;
  library: LibraryView;
  removals: Removals;
  player: Player;
  pictures: Pictures;
  links: FileActions;
  actions: ListActions;
  uploads: PageUploads;
  mayAdd: boolean;
  /** There is nothing at all: neither files nor a search. */
  isEmpty: boolean;
  /** The first answer for the library is there. */
  isSettled: boolean;
}

export function useHome(session: Session): HomeState {
  const { moods } = session.limits;
  const place = useLibraryPlace(moods);
  const library = useLibrary(place.query);
  const removals = useRemovals(library.forget);
  const player = usePlayer();
  const pictures = usePictures();
  const links = useFileActions(session.auth_mode === "open");
  const [first_id] = useState(place.file_id);
  const linked_id = place.file_id === first_id ? first_id : null;
  const actions = useListActions({ library, removals, player, query: place.query, linked_id, show: pictures.show, open: links.open });
  const uploads = usePageUploads(moods, place.query.mood);
  const { status, files } = library.listPage;
  return {
    place,
    library,
    removals,
    player,
    pictures,
    links,
    actions,
    uploads,
    mayAdd: may(session, "uploads:write"),
    isEmpty: searchOf(place.query) === "" && status === "ready" && files.length === 0,
    isSettled: useLatch(status !== "loading"),
  };
}

/** True once `now` was true, and from then on. */
function useLatch(now: boolean): boolean {
  const [latched, setLatched] = useState(now);
  if (now && !latched) setLatched(true);
  return latched;
}
