/** Between the songs, the albums and the artists; and between a list and covers. */
import { words } from "../../../lib/words";
import { IconButton } from "../../../ui/button";
import { PlaceLink } from "../../../ui/place-link";
import type { LibraryGroups } from "./library-place";

const VIEWS = { songs: "/", albums: "/?view=albums", artists: "/?view=artists" } as const;

export function ViewSwitch({ shown }: { shown: LibraryGroups | "songs" }) {
  return (
    <nav className="view-switch" aria-label={words.files.heading(null)}>
      {(["songs", "albums", "artists"] as const).map((view) => (
        <PlaceLink key={view} to={VIEWS[view]} current={view === shown}>
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
