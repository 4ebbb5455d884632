/** The main part of the home page: the moods, the mood from a face, and the library. */
import type { ReactNode } from "react";
import { FaceMood } from "../features/face-mood/face-mood";
import { EmptyLibrary } from "../features/files/list/empty-library";
import { Library } from "../features/files/list/library";
import { MoodRow } from "../features/files/list/mood-row";
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
  const { moods } = props.session.limits;
  const { place, library, removals, actions, isEmpty } = props.home;
  const playMood = (mood: Mood) => {
    place.change({ mood });
    void actions.playMood(mood);
  };
  return (
    <main className="content">
      <Boundary>
        <MoodRow
          moods={moods}
          counts={subtractCounts(library.moods, removals.pending)}
          value={place.query.mood}
          onChange={(mood) => place.change({ mood })}
        />
      </Boundary>
      {!isEmpty && (
        <Boundary quiet>
          <FaceMood moods={moods} counts={library.moods} onPlay={playMood} />
        </Boundary>
      )}
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
    <p id={limitsId} className="soft">
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
      onPlayNext={actions.playNext}
      onQueue={actions.addLast}
      onRemove={actions.remove}
    />
  );
}
