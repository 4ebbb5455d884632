/** The library: its controls, its list, and actions for one file or many. */
import { useEffect, useCallback, useEffectEvent, useId, useMemo, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { announce } from "../../../lib/announce";
import { moodName, type Mood } from "../../../lib/moods";
import { may } from "../../../lib/scopes";
import type { FileRecord, Session } from "../../../lib/types";
import { words } from "../../../lib/words";
import { Button, IconButton } from "../../../ui/button";
import { lazyPart } from "../../../ui/lazy-part";
import { FileList } from "./file-list";
import type { FilePageProps } from "../page/file-page";
import { isPlayable } from "../file-kind";
import type { LibraryPlace } from "./library-place";
import { EVERYTHING, searchOf, type LibraryQuery } from "./library-query";
import type { ColumnHeadsProps } from "./column-heads";
import type { GroupsViewProps } from "./groups-view";
import { ListControls } from "./list-controls";
import { useLayout } from "./use-layout";
import { LayoutKey, ViewSwitch } from "./view-switch";
import type { SelectionBarProps } from "../select/selection-bar";
import type { FileActions } from "../share/use-file-actions";
import { useLastPlace } from "./use-last-place";
import type { LibraryView } from "./use-library";
import type { Removals } from "../remove/use-removals";
import { useSelection } from "../select/use-selection";
import { useChanging } from "../work/at-work";
import type { MediaWorkProps } from "../work/media-work";

const FilePage = lazyPart<FilePageProps>(() => import("../page/file-page"), { close: ({ onClose }) => onClose() });
const ColumnHeads = lazyPart<ColumnHeadsProps>(() => import("./column-heads"), { quiet: true });
const Groups = lazyPart<GroupsViewProps>(() => import("./groups-view"));
const MediaWork = lazyPart<MediaWorkProps>(() => import("../work/media-work"), { quiet: true });
/** Without it nothing can be undone, so nothing waits for that. */
const UndoToast = lazyPart<Removals>(() => import("../remove/undo-toast"), { close: ({ deleteNow }) => void deleteNow() });
const SelectionBar = lazyPart<SelectionBarProps>(() => import("../select/selection-bar"), { close: ({ selection }) => selection.end() });

export interface LibraryProps {
  session: Session;
  place: LibraryPlace;
  view: LibraryView;
  removals: Removals;
  actions: FileActions;
  /** Shown if there is nothing at all, or nothing of a mood. */
  empty: ReactNode;
  /** The library is empty: show no heading and no controls. */
  bare: boolean;
  /** What may be uploaded, in words: for screen readers, since the panel shows it to everyone else. */
  note: ReactNode;
  /** Where the selection bar and the toast go: the lower edge of the page. */
  dock: HTMLElement | null;
  /** The file in the player, and whether it plays. */
  currentId: string | null;
  playing: boolean;
  onPlay: (file: FileRecord, list: readonly FileRecord[]) => void;
  /** Play all files of a list, from its beginning or in random order. */
  onPlayAll: (list: LibraryQuery, order: { shuffled: boolean }) => void;
  /** Play a radio from a song or a mood. */
  onRadio: (from: FileRecord | Mood) => void;
  onPlayNext: (file: FileRecord) => void;
  onQueue: (file: FileRecord) => void;
  /** Play or queue these files alone. */
  onPlayThese: (files: readonly FileRecord[]) => void;
  onQueueThese: (files: readonly FileRecord[]) => number;
  onRemove: (files: readonly FileRecord[]) => void;
}

export function Library(props: LibraryProps) {
  const { session, place, view, removals, actions, bare, note, dock } = props;
  const { query, change } = place;
  const { listPage } = view;
  const files = useMemo(
    () => (removals.hidden.size > 0 ? listPage.files.filter((file) => !removals.hidden.has(file.file_id)) : listPage.files),
    [listPage.files, removals.hidden],
  );
  const selection = useSelection(files, query);
  const changing = useChanging(session, files);
  const titleId = useId();
  const { onRemove } = props;
  const removeOne = useCallback((file: FileRecord) => onRemove([file]), [onRemove]);
  const [covers, setCovers] = useLayout();
  useFindings(props);
  useLastPlace(view);

  return (
    <section id="songs" className="library" aria-labelledby={titleId} tabIndex={-1}>
      <header className="library-head" hidden={bare}>
        <div className="library-title">
          <h2 id={titleId}>{headingOf(place)}</h2>
          {place.groups === null && view.total !== null && searchOf({ ...query, sort: "newest" }) !== "" && (
            <span className="library-count soft numbers">{words.files.count(view.total)}</span>
          )}
          {(query.artist !== null || query.album !== null) && (
            <IconButton icon="close" label={words.search.clear} onClick={() => change({ ...EVERYTHING, mood: query.mood })} />
          )}
          <span className="library-play">
            {place.groups === null && files.some(isPlayable) && <PlayButtons onPlayAll={(shuffled) => props.onPlayAll(query, { shuffled })} />}
            {query.mood !== null && <RadioButton mood={query.mood} onRadio={props.onRadio} />}
          </span>
        </div>
        {note}
        <ViewSwitch shown={place.groups ?? "songs"} query={query} />
        {place.groups === null && <LayoutKey covers={covers} onChange={setCovers} />}
        {place.groups === null && (
          <ListControls
            query={query}
            allowed={session.limits.allowed_content_types}
            onChange={change}
            onSelect={selection.active ? selection.end : selection.begin}
          />
        )}
      </header>
      {place.groups !== null && <Groups key={place.groups} kind={place.groups} query={query} />}
      {place.groups === null && <FileList
        covers={covers}
        heads={
          <div className="column-heads-place">
            <ColumnHeads sort={query.sort} oneMood={query.mood !== null} onChange={change} />
          </div>
        }
        listPage={listPage}
        files={files}
        selection={selection}
        oneMood={query.mood !== null}
        empty={query.q || query.kind || query.artist !== null || query.album !== null ? <NoMatch place={place} /> : props.empty}
        currentId={props.currentId}
        playing={props.playing}
        mayRemove={may(session, "files:write")}
        addressOf={place.addressOf}
        onPlay={props.onPlay}
        onQueue={props.onQueue}
        onPlayNext={props.onPlayNext}
        onRadio={props.onRadio}
        onOpen={place.open}
        onSend={actions.send}
        onDownload={actions.download}
        onCopyLink={actions.copyLink}
        onRemove={removeOne}
        onShowMore={view.showMore}
        onReload={view.reload}
      />}
      {changing.length > 0 && <MediaWork files={changing} onFile={view.put} />}
      {place.file_id !== null && (
        <FilePage
          key={place.file_id}
          file_id={place.file_id}
          listed={files.find((file) => file.file_id === place.file_id) ?? null}
          session={session}
          onPut={view.put}
          onPlay={(file) => props.onPlay(file, files.includes(file) ? files : [file])}
          onRadio={props.onRadio}
          onPlayNext={props.onPlayNext}
          onQueue={props.onQueue}
          onDownload={actions.download}
          onRemove={onRemove}
          onClose={place.close}
        />
      )}
      {dock && createPortal(
        <>
          {removals.pending.length > 0 && <UndoToast {...removals} />}
          {selection.active && (
            <SelectionBar
              session={session}
              files={files}
              selection={selection}
              view={view}
              onPlay={props.onPlayThese}
              onQueue={props.onQueueThese}
              onRemove={onRemove}
            />
          )}
        </>,
        dock,
      )}
    </section>
  );
}

function PlayButtons({ onPlayAll }: { onPlayAll: (shuffled: boolean) => void }) {
  return (
    <>
      <Button className="button-small" icon="play" onClick={() => onPlayAll(false)}>
        {words.files.playAll}
      </Button>
      <Button className="button-small" icon="shuffle" onClick={() => onPlayAll(true)}>
        {words.files.shuffleAll}
      </Button>
    </>
  );
}

function RadioButton({ mood, onRadio }: { mood: Mood } & Pick<LibraryProps, "onRadio">) {
  return (
    <Button className="button-small" icon="radio" onClick={() => onRadio(mood)}>
      {words.files.radio}
    </Button>
  );
}

function headingOf({ groups, query: { q, mood, artist, album } }: LibraryPlace): string {
  if (groups) return words.search.views[groups];
  return q ? words.search.heading(q) : (album || artist || words.files.heading(mood && moodName(mood)));
}

function NoMatch({ place: { query, change } }: Pick<LibraryProps, "place">) {
  const { q, kind, artist, album } = query;
  return (
    <div className="no-match">
      <h3>{kind && !q ? words.search.noneOfKind[kind] : words.search.none(q || album || artist || "")}</h3>
      {q && <p className="soft">{words.search.noneHint}</p>}
      <Button onClick={() => change({ ...EVERYTHING, sort: query.sort })}>{words.search.clear}</Button>
    </div>
  );
}

/** Announce the number of results once the answer is there, not with every letter. */
function useFindings({ view: { listPage } }: LibraryProps): void {
  const { status, query, files, next_cursor } = listPage;
  const announceCount = useEffectEvent(() => announce(words.search[next_cursor === null ? "results" : "manyResults"](files.length)));
  const isAnswered = query.q !== "" && status === "ready";

  useEffect(() => {
    if (isAnswered) announceCount();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- announce each new query
  }, [isAnswered, query]);
}
