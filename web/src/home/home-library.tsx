/** The main part of the home page: the moods, the mood from a face, and the library. */
import type { ReactNode } from "react";
import { FaceMood } from "../features/face-mood/face-mood";
import { EmptyLibrary } from "../features/files/list/empty-library";
import { Library } from "../features/files/list/library";
import { MoodRow } from "../features/files/list/mood-row";
import { RowsSlot } from "../features/listening/rows/rows-slot";
import { subtractCounts } from "../features/files/remove/use-removals";
import { limitsInWords } from "../features/uploads/limits-words";
import type { Mood } from "../lib/moods";
import type { Session } from "../lib/types";
import { Boundary } from "../ui/boundary";
import type { HomeState } from "./use-home";

export interface HomeLibraryProps {
  session: Session;
  home: HomeState;
  limitsId: string;
  addButtons: ReactNode;
  /** Where the library puts its bar and its toast. */
  notes: HTMLElement | null;
}

export function HomeLibrary(props: HomeLibraryProps) {
  const { limits: { moods }, features } = props.session;
  const { place, library, removals, player, actions, isEmpty } = props.home;
  const { mood, q, kind } = place.query;
  const playMood = (read: Mood) => {
    place.change({ mood: read });
    void actions.playMood(read);
  };
  const startRadio = (read: Mood) => {
    place.change({ mood: read });
    void actions.startRadio(read);
  };
  return (
    <main className="content">
      {!isEmpty && (
        <Boundary>
          <MoodRow
            moods={moods}
            counts={subtractCounts(library.moods, removals.pending)}
            value={mood}
            onChange={(chosen) => place.change({ mood: chosen })}
            onPlay={(chosen) => {
              place.change({ mood: chosen });
              void actions.playAll({ ...place.query, mood: chosen, q: "", kind: null, artist: null, album: null }, { shuffled: false });
            }}
          />
        </Boundary>
      )}
      {!isEmpty && (
        <Boundary quiet>
          <FaceMood moods={moods} counts={library.moods} onPlay={playMood} onRadio={startRadio} />
        </Boundary>
      )}
      {features.history && !isEmpty && !q && !kind && <RowsSlot key={mood} mood={mood} player={player} />}
      <Boundary>
        <ConnectedLibrary {...props} />
      </Boundary>
    </main>
  );
}

function ConnectedLibrary({ session, home, limitsId, addButtons, notes }: HomeLibraryProps) {
  const { place, library, removals, player, links, actions, isEmpty, mayAdd } = home;
  const limits = limitsInWords(session.limits);
  const note = mayAdd && (
    <p id={limitsId} className="visually-hidden">
      {limits}
    </p>
  );
  const empty = (
    <EmptyLibrary mood={place.query.mood} mayAdd={mayAdd} limits={isEmpty ? limits : ""}>
      {isEmpty && addButtons}
    </EmptyLibrary>
  );
  return (
    <Library
      session={session}
      place={place}
      view={library}
      removals={removals}
      actions={links}
      bare={isEmpty}
      note={note}
      empty={empty}
      dock={notes}
      currentId={player.state?.file.file_id ?? null}
      playing={player.state?.status === "playing"}
      onPlay={actions.play}
      onPlayAll={(list, order) => void actions.playAll(list, order)}
      onRadio={(from) => void actions.startRadio(from)}
      onPlayNext={actions.playNext}
      onQueue={actions.addLast}
      onPlayThese={actions.playThese}
      onQueueThese={actions.queueThese}
      onRemove={actions.remove}
    />
  );
}
