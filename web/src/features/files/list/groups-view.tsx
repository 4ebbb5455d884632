/** The albums or the artists of the library, as tiles that lead to their songs. A chunk of its own. */
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../../../lib/api-error";
import { coverOf } from "../../../lib/cover-of";
import { client, unwrap } from "../../../lib/http";
import { moodName } from "../../../lib/moods";
import { inWords } from "../../../lib/problem-words";
import type { FileGroup } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Cover } from "../../../ui/cover";
import { PlaceLink } from "../../../ui/place-link";
import { Trouble } from "../../../ui/trouble";
import { addressOf, groupedBy, type LibraryGroups, type LibraryQuery } from "./library-query";
import "./tiles.css";

export interface GroupsViewProps {
  kind: LibraryGroups;
  /** Whose files they are of. */
  query: LibraryQuery;
}

export default function GroupsView({ kind, query }: GroupsViewProps) {
  const { groups, failure, isStale, ended, more } = useGroups(kind, query);
  const end = useRef<HTMLDivElement>(null);
  const read = useEffectEvent(more);

  useEffect(() => {
    if (!end.current || ended || failure) return undefined;
    const observer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && read(), { rootMargin: "1000px" });
    observer.observe(end.current);
    return () => observer.disconnect();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each page moves the end: observe it again
  }, [groups, ended, failure]);

  if (failure && groups.length === 0) return <Trouble problem={inWords(failure)} action={words.files.again} onAction={more} />;
  if (ended && groups.length === 0) return <p className="no-match soft">{emptyText(kind, query)}</p>;
  return (
    <>
      <ul className="cover-grid" data-round={kind === "artists" || undefined} aria-label={words.search.views[kind]} aria-busy={!ended} data-stale={isStale || undefined}>
        {groups.map((group) => (
          <GroupTile key={group.example.file_id} kind={kind} query={query} group={group} />
        ))}
      </ul>
      <div ref={end} className="cover-grid-end">
        {failure && <Button onClick={more}>{words.files.again}</Button>}
      </div>
    </>
  );
}

function emptyText(kind: LibraryGroups, { q, mood }: LibraryQuery): string {
  if (q) return words.search.none(q);
  return mood === null ? words.search.noGroups[kind] : words.files.emptyMood(moodName(mood));
}

function GroupTile({ kind, query, group: { name, artist, files, example } }: GroupsViewProps & { group: FileGroup }) {
  const isAlbum = kind === "albums";
  const line = isAlbum ? (artist ?? words.search.severalArtists) : words.files.count(files);
  return (
    <li className="cover-tile">
      <PlaceLink className="cover-tile-link" to={addressOf(isAlbum ? { album: name } : { artist: name }, query)}>
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

interface GroupList {
  /** What they are of. */
  query: LibraryQuery;
  groups: readonly FileGroup[];
  next_cursor: string | null;
}

/** Until those of another search have come, the ones before stay. */
function useGroups(kind: LibraryGroups, query: LibraryQuery) {
  const [list, setList] = useState<GroupList>({ query, groups: [], next_cursor: "" });
  const [failed, setFailed] = useState<{ query: LibraryQuery; error: ApiError } | null>(null);
  const reading = useRef<AbortController | null>(null);

  const read = ({ groups, next_cursor }: Pick<GroupList, "groups" | "next_cursor">) => {
    const stop = new AbortController();
    reading.current = stop;
    const asked = { limit: 60, ...groupedBy(query), ...(next_cursor && { cursor: next_cursor }) };
    unwrap(client.GET(`/v1/${kind}`, { params: { query: asked }, signal: stop.signal }))
      .then(
        (page) => setList({ query, groups: [...groups, ...page.groups], next_cursor: page.next_cursor }),
        (error: unknown) => isAbort(error) || setFailed({ query, error: asApiError(error) }),
      )
      .finally(() => {
        if (reading.current === stop) reading.current = null;
      });
  };
  const begin = useEffectEvent(() => read({ groups: [], next_cursor: "" }));

  useEffect(() => {
    begin();
    return () => reading.current?.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- each query begins anew
  }, [query]);

  const isStale = list.query !== query;
  const more = () => {
    if (reading.current) return;
    setFailed(null);
    if (isStale || list.next_cursor === "") read({ groups: [], next_cursor: "" });
    else if (list.next_cursor !== null) read(list);
  };
  const failure = failed?.query === query ? failed.error : null;
  return { groups: list.groups, failure, isStale, ended: list.next_cursor === null && !isStale, more };
}
