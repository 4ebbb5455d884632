/** The page of someone who is in: joins uploads, library and player, which know nothing of each other. */
import { useCallback, useId, useState } from "react";
import { FaceMood } from "./features/face-mood/face-mood";
import { EmptyLibrary } from "./features/files/list/empty-library";
import { Library } from "./features/files/list/library";
import { searchOf } from "./features/files/list/library-query";
import { useLibraryPlace } from "./features/files/list/library-place";
import { MoodRow } from "./features/files/list/mood-row";
import { useFileActions } from "./features/files/share/use-file-actions";
import { SearchBox } from "./features/files/list/search-box";
import { useLibrary } from "./features/files/list/use-library";
import { subtractCounts, useRemovals } from "./features/files/remove/use-removals";
import type { PictureViewProps } from "./features/player/pictures/picture-view";
import { PlayerDock } from "./features/player/player-dock";
import { usePlayer } from "./features/player/use-player";
import { DropZone } from "./features/uploads/choose/drop-zone";
import { LazyUploads } from "./features/uploads/lazy-uploads";
import { NOTHING_LEFT_OUT, sumOf, type OnFiles } from "./features/uploads/choose/left-out";
import { limitsInWords } from "./features/uploads/limits-words";
import { useFileChooser } from "./features/uploads/choose/use-file-chooser";
import { moodHue, type Mood } from "./lib/moods";
import { may } from "./lib/scopes";
import type { FileRecord, Session } from "./lib/types";
import { useIsPhone, useOnline } from "./lib/use-browser";
import { words } from "./lib/words";
import { Account } from "./account";
import { AddKey } from "./add-key";
import { OfflineLine } from "./offline-line";
import { StaleLine } from "./stale-line";
import { TopBar } from "./top-bar";
import { Boundary } from "./ui/boundary";
import { Button, IconButton } from "./ui/button";
import { lazyPart } from "./ui/lazy-part";
import { useListActions } from "./use-list-actions";

const PictureView = lazyPart<PictureViewProps>(() => import("./features/player/pictures/picture-view"), { close: ({ onClose }) => onClose() });

export function Home({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { limits, auth_mode, owner } = session;
  const place = useLibraryPlace(limits.moods);
  const { mood } = place.query;
  const library = useLibrary(place.query);
  const removals = useRemovals(library.forget);
  const player = usePlayer();
  const [chosen, setChosen] = useState<readonly File[]>([]);
  const [leftOut, setLeftOut] = useState(NOTHING_LEFT_OUT);
  const addFiles: OnFiles = (files, without) => {
    setChosen((before) => [...before, ...files]);
    setLeftOut((before) => sumOf(before, without));
  };
  const taken = useCallback(() => setChosen([]), []);
  const [asked, setAsked] = useState(false);
  const answer = () => {
    setAsked(false);
    setLeftOut(NOTHING_LEFT_OUT);
  };
  const links = useFileActions(auth_mode === "open");
  const [picture, setPicture] = useState<Omit<PictureViewProps, "onClose"> | null>(null);
  const show = useCallback((start: FileRecord, pictures: readonly FileRecord[]) => setPicture({ start, pictures }), []);
  const actions = useListActions({ library, removals, player, query: place.query, show, open: links.open });
  const [phone, online] = [useIsPhone(), useOnline()];
  const [dock, setDock] = useState<HTMLElement | null>(null);
  const limitsId = useId();

  const { listPage } = library;
  const settled = useSettled(listPage.status !== "loading");
  const mayAdd = may(session, "uploads:write");
  const empty = searchOf(place.query) === "" && listPage.status === "ready" && listPage.files.length === 0;
  const playMood = (felt: Mood) => {
    place.change({ mood: felt });
    void actions.playMood(felt);
  };
  const limitsText = limitsInWords(limits);
  const chooser = useFileChooser({ label: words.add.button, accept: limits.allowed_content_types, onFiles: addFiles });
  const add = mayAdd && (
    <span className="add-buttons">
      <Button tone="primary" icon="plus" aria-describedby={limitsId} onClick={chooser.open}>
        {words.add.button}
      </Button>
      <IconButton icon="more" label={words.add.ways} onClick={() => setAsked(true)} />
    </span>
  );

  const counts = subtractCounts(library.moods, removals.pending);
  const leave = () => void removals.deleteNow().then(onLeave);

  return (
    <div className="page" data-hue={moodHue(mood)} aria-busy={!settled} data-empty={empty || undefined}>
      <a className="skip-link" href="#songs">
        {words.app.skip}
      </a>
      <TopBar>
        <SearchBox value={place.query.q} onChange={(q) => place.change({ q }, { typing: true })} />
        {auth_mode === "jwt" && owner && <Account owner={owner} onLeave={leave} />}
        {!phone && !empty && add}
      </TopBar>
      <main className="content">
        <Boundary>
          <MoodRow moods={limits.moods} counts={counts} value={mood} onChange={(to) => place.change({ mood: to })} />
        </Boundary>
        {!empty && (
          <Boundary quiet>
            <FaceMood moods={limits.moods} counts={library.moods} onPlay={playMood} />
          </Boundary>
        )}
        <Boundary>
          <Library
            session={session}
            place={place}
            view={library}
            removals={removals}
            actions={links}
            bare={empty}
            note={
              mayAdd && (
                <p id={limitsId} className="soft">
                  {limitsText}
                </p>
              )
            }
            empty={
              <EmptyLibrary mood={mood} mayAdd={mayAdd} limits={empty ? limitsText : ""}>
                {empty && add}
              </EmptyLibrary>
            }
            dock={dock}
            currentId={player.state?.file.file_id ?? null}
            playing={player.state?.status === "playing"}
            onPlay={actions.play}
            onPlayNext={actions.playNext}
            onQueue={actions.addLast}
            onRemove={actions.remove}
          />
        </Boundary>
      </main>
      <div className="dock">
        <aside ref={setDock} className="dock-notes" aria-label={words.files.label} />
        {phone && !empty && mayAdd && <AddKey describedBy={limitsId} onAdd={() => setAsked(true)} />}
        {mayAdd && (
          <LazyUploads
            owner={owner ?? ""}
            limits={limits}
            shownMood={mood}
            chosen={chosen}
            onTaken={taken}
            leftOut={leftOut}
            onFiles={addFiles}
            asked={asked}
            onAnswered={answer}
            onDone={library.put}
          />
        )}
        {!online && <OfflineLine />}
        <StaleLine />
        <PlayerDock player={player} onDownload={links.download} />
      </div>
      {picture && <PictureView {...picture} onClose={() => setPicture(null)} />}
      {chooser.input}
      {mayAdd && <DropZone limits={limitsText} hue={moodHue(mood)} onFiles={addFiles} />}
    </div>
  );
}

/** True from the first time on that `now` is. */
function useSettled(now: boolean): boolean {
  const [settled, setSettled] = useState(now);
  if (now && !settled) setSettled(true);
  return settled;
}
