/** Where in the library the person is. It is in the address, so that back, reload and links restore it. */
import { useMemo } from "react";
import { goBack, goTo, useAddress } from "../../../lib/address";
import type { Mood } from "../../../lib/moods";
import { saveSort } from "./last-sort";
import { listAddress, queryFrom, searchOf, type LibraryGroups, type LibraryQuery } from "./library-query";

export type { LibraryGroups };

export interface LibraryPlace {
  query: LibraryQuery;
  groups: LibraryGroups | null;
  /** The id of the open file; null for the list alone. */
  file_id: string | null;
  /** `typing`: one of several changes that together make one step of the history. */
  change: (change: Partial<LibraryQuery>, options?: { typing?: boolean }) => void;
  /** Return the address of a file's page over this list. */
  addressOf: (file_id: string) => string;
  open: (file_id: string) => void;
  close: () => void;
}

export function useLibraryPlace(moods: readonly Mood[]): LibraryPlace {
  const address = useAddress();
  const [pathname = "", search = ""] = address.split("?", 2);
  // oxlint-disable-next-line react/preserve-manual-memoization -- the session's moods are never changed in place
  const query = useMemo(() => queryFrom(search, moods), [search, moods]);
  const view = new URLSearchParams(search).get("view");
  const groups = view === "albums" || view === "artists" ? view : null;
  const verbs = useMemo(() => {
    const addressOf = (file_id: string) => `/files/${file_id}${searchOf(query)}`;
    return {
      addressOf,
      change(change: Partial<LibraryQuery>, { typing = false } = {}) {
        if (change.sort) saveSort(change.sort);
        goTo(listAddress({ ...query, ...change }, isGroup(change) ? null : groups), { replace: typing && query.q !== "" });
      },
      open: (file_id: string) => goTo(addressOf(file_id)),
      close: () => goBack(`/${searchOf(query)}`),
    };
  }, [query, groups]);
  return { query, groups, file_id: fileIn(pathname), ...verbs };
}

/** An artist or an album is a list of files, not of artists or albums. */
const isGroup = ({ artist = null, album = null }: Partial<LibraryQuery>) => artist !== null || album !== null;

/** Return the file id in the path. Ids consist of letters, digits and dashes; anything else is no file's page. */
function fileIn(pathname: string): string | null {
  return /^\/files\/([\w-]+)$/.exec(pathname)?.[1] ?? null;
}
