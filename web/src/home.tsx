/** The page of someone who is in: joins uploads, library and player, which know nothing of each other. */
import { useId, useState } from "react";
import { FaceMood } from "./features/face-mood/face-mood";
import { EmptyLibrary } from "./features/files/empty-library";
import { FileList } from "./features/files/file-list";
import { MoodRow } from "./features/files/mood-row";
import { useFileActions } from "./features/files/use-file-actions";
import { useLibrary } from "./features/files/use-library";
import { PlayerDock } from "./features/player/player-dock";
import { usePlayer } from "./features/player/use-player";
import { DropZone } from "./features/uploads/drop-zone";
import { limitsInWords } from "./features/uploads/restrictions";
import { Uploads } from "./features/uploads/uploads";
import { useFileChooser } from "./features/uploads/use-file-chooser";
import { useUploadQueue } from "./features/uploads/use-uploads";
import { moodHue, moodName, type Mood, type MoodFilter } from "./lib/moods";
import { may } from "./lib/scopes";
import type { Session } from "./lib/types";
import { useIsPhone, useOnline } from "./lib/use-browser";
import { words } from "./lib/words";
import { Account } from "./account";
import { OfflineLine } from "./offline-line";
import { TopBar } from "./top-bar";
import { Button } from "./ui/button";
import { useSongActions } from "./use-song-actions";

export function Home({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const { limits, auth_mode, owner } = session;
  const [mood, setMood] = useState<MoodFilter>(null);
  const library = useLibrary(mood);
  const player = usePlayer();
  const { queue, add: addFiles } = useUploadQueue(limits, owner ?? "", library.add);
  const links = useFileActions(auth_mode === "open");
  const songs = useSongActions({ library, player, mood, open: links.open });
  const [phone, online] = [useIsPhone(), useOnline()];
  const limitsId = useId();

  const { shelf } = library;
  const mayAdd = may(session, "uploads:write");
  const empty = mood === null && shelf.status === "ready" && shelf.files.length === 0;
  const playMood = (felt: Mood) => {
    setMood(felt);
    void songs.playMood(felt);
  };
  const limitsText = limitsInWords(limits);
  const chooser = useFileChooser({ label: words.add.button, accept: limits.allowed_content_types, onFiles: addFiles });
  const add = mayAdd && (
    <Button look="primary" icon="plus" aria-describedby={limitsId} onClick={chooser.open}>
      {words.add.button}
    </Button>
  );

  return (
    <div className="page" data-hue={moodHue(mood)}>
      <a className="skip-link" href="#songs">
        {words.app.skip}
      </a>
      <TopBar>
        {auth_mode === "jwt" && owner && <Account owner={owner} onLeave={onLeave} />}
        {!phone && !empty && add}
      </TopBar>
      <main className="content">
        <MoodRow moods={limits.moods} counts={library.moods} value={mood} onChange={setMood} />
        {!empty && <FaceMood moods={limits.moods} counts={library.moods} onPlay={playMood} />}
        <section id="songs" className="library" aria-labelledby="songs-title" tabIndex={-1}>
          <header className="library-head" hidden={empty}>
            <h2 id="songs-title">{words.files.heading(mood && moodName(mood))}</h2>
            {mayAdd && (
              <p id={limitsId} className="soft">
                {limitsText}
              </p>
            )}
          </header>
          <FileList
            shelf={shelf}
            currentId={player.state?.file.file_id ?? null}
            playing={player.state?.status === "playing"}
            mayRemove={may(session, "files:write")}
            empty={
              <EmptyLibrary mood={mood} mayAdd={mayAdd} limits={empty ? limitsText : ""}>
                {empty && add}
              </EmptyLibrary>
            }
            onPlay={songs.play}
            onDownload={links.download}
            onCopyLink={links.copyLink}
            onRemove={songs.remove}
            onShowMore={library.showMore}
            onReload={library.reload}
          />
        </section>
      </main>
      <div className="dock">
        {!online && <OfflineLine />}
        {phone && !empty && add && <div className="dock-add">{add}</div>}
        {queue && <Uploads queue={queue} limits={limits} shownMood={mood} />}
        <PlayerDock player={player} />
      </div>
      {chooser.input}
      {mayAdd && <DropZone limits={limitsText} hue={moodHue(mood)} onFiles={addFiles} />}
    </div>
  );
}
