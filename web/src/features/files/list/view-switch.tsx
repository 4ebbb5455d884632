/** Between the songs, the albums and the artists; and between a list and covers. */
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { PlaceLink } from "../../../ui/place-link";
import { EVERYTHING, listAddress, type LibraryGroups, type LibraryQuery } from "./library-query";

export interface ViewSwitchProps {
  shown: LibraryGroups | "songs";
  /** All views are of the same search and mood. */
  query: LibraryQuery;
}

export function ViewSwitch({ shown, query }: ViewSwitchProps) {
  const { mood, q } = query;
  return (
    <nav className="view-switch" aria-label={words.files.heading(null)}>
      {(["songs", "albums", "artists"] as const).map((view) => (
        <PlaceLink key={view} to={listAddress({ ...EVERYTHING, mood, q }, view === "songs" ? null : view)} current={view === shown}>
          {words.search.views[view]}
        </PlaceLink>
      ))}
    </nav>
  );
}

export interface LayoutKeyProps {
  covers: boolean;
  onChange: (covers: boolean) => void;
}

export function LayoutKey({ covers, onChange }: LayoutKeyProps) {
  return <IconButton className="layout-key" icon={covers ? "rows" : "tiles"} label={words.search[covers ? "list" : "covers"]} onClick={() => onChange(!covers)} />;
}
