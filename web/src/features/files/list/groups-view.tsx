/** The albums or the artists of the library, as tiles that lead to their songs. A chunk of its own. */
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { asApiError, type ApiError } from "../../../lib/api-error";
import { coverOf } from "../../../lib/cover-of";
import { client, unwrap } from "../../../lib/http";
import { inWords } from "../../../lib/problem-words";
import type { FileGroup } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { PlaceLink } from "../../../ui/place-link";
import { Trouble } from "../../../ui/trouble";
import type { LibraryGroups } from "./library-place";
import { addressOf } from "./library-query";
import "./tiles.css";

export interface GroupsViewProps {
  kind: LibraryGroups;
}

export default function GroupsView({ kind }: GroupsViewProps) {
  const { groups, failure, ended, more } = useGroups(kind);
  const end = useRef<HTMLDivElement>(null);
  const read = useEffectEvent(more);

  useEffect(() => {
    if (!end.current || ended || failure) return undefined;
    const observer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && read(), { rootMargin: "1000px" });
    observer.observe(end.current);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each page moves the end: observe it again
  }, [groups.length, ended, failure]);

  if (failure && groups.length === 0) return <Trouble problem={inWords(failure)} action={words.files.again} onAction={more} />;
  if (ended && groups.length === 0) return <p className="no-match soft">{words.search.noGroups[kind]}</p>;
  return (
    <>
      <ul className="cover-grid" data-round={kind === "artists" || undefined} aria-label={words.search.views[kind]} aria-busy={!ended}>
        {groups.map((group) => (
          <GroupTile key={group.example.file_id} kind={kind} group={group} />
        ))}
      </ul>
      <div ref={end} className="cover-grid-end">
        {failure && <Button onClick={more}>{words.files.again}</Button>}
      </div>
    </>
  );
}

function GroupTile({ kind, group: { name, artist, files, example } }: GroupsViewProps & { group: FileGroup }) {
  const isAlbum = kind === "albums";
  const line = isAlbum ? (artist ?? words.search.severalArtists) : words.files.count(files);
  return (
    <li className="cover-tile">
      <PlaceLink className="cover-tile-link" to={addressOf(isAlbum ? { album: name } : { artist: name })}>
        <Cover {...coverOf(example, 320)} />
        <span className="cover-tile-title ellipsis" dir="auto">
          {name}
        </span>
        <span className="cover-tile-line ellipsis soft" dir="auto">
          {line}
        </span>
        {isAlbum && <span className="cover-tile-line soft numbers">{words.files.count(files)}</span>}
      </PlaceLink>
    </li>
  );
}

function useGroups(kind: LibraryGroups) {
  const [groups, setGroups] = useState<readonly FileGroup[]>([]);
  const [cursor, setCursor] = useState<string | null>("");
  const [failure, setFailure] = useState<ApiError | null>(null);
  const reading = useRef(false);

  const more = () => {
    if (reading.current || cursor === null) return;
    reading.current = true;
    setFailure(null);
    unwrap(client.GET(`/v1/${kind}`, { params: { query: { limit: 60, ...(cursor && { cursor }) } } }))
      .then(
        (page) => {
          setGroups([...groups, ...page.groups]);
          setCursor(page.next_cursor);
        },
        (error: unknown) => setFailure(asApiError(error)),
      )
      .finally(() => (reading.current = false));
  };

  return { groups, failure, ended: cursor === null, more };
}
