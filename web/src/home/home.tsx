/** The page of a signed-in person: joins uploads, library and player, which know nothing of each other. */
import { useId, useState, type ReactNode } from "react";
import { TopAccount } from "../features/accounts/parts";
import { SearchBox } from "../features/files/list/search-box";
import { HistoryView, TopHistory } from "../features/listening/parts";
import type { PictureViewProps } from "../features/player/pictures/picture-view";
import { DropZone } from "../features/uploads/choose/drop-zone";
import { useFileChooser } from "../features/uploads/choose/use-file-chooser";
import { limitsInWords } from "../features/uploads/limits-words";
import { useAddress } from "../lib/address";
import { moodHue } from "../lib/moods";
import type { Session } from "../lib/types";
import { useIsPhone } from "../lib/use-browser";
import { words } from "../lib/words";
import { TopBar } from "../top-bar";
import { lazyPart } from "../ui/lazy-part";
import { Account } from "./account";
import { AddButtons } from "./add-buttons";
import { Dock } from "./dock";
import { HomeLibrary } from "./home-library";
import { collectKeys, releaseKeys } from "./palette/early-keys";
import type { HomePaletteProps } from "./palette/home-palette";
import { usePaletteKey } from "./palette/use-palette-key";
import { useHome } from "./use-home";

async function fetchPictureView() {
  const view = await import("../features/player/pictures/picture-view");
  await view.loadPlayerWords();
  return view;
}

const PictureView = lazyPart<PictureViewProps>(fetchPictureView, { close: ({ onClose }) => onClose() });

async function fetchPalette() {
  try {
    const [palette, { loadSettingsWords }] = await Promise.all([import("./palette/home-palette"), import("../features/settings/settings-words")]);
    await loadSettingsWords();
    return palette;
  } catch (error) {
    releaseKeys();
    throw error;
  }
}

const Palette = lazyPart<HomePaletteProps>(fetchPalette, { close: ({ onClose }) => onClose() });

export interface HomeProps {
  session: Session;
  onLeave: () => void;
  /** Stands in place of the library, while uploads and music go on. */
  view: ReactNode;
}

export function Home({ session, onLeave, view: given }: HomeProps) {
  const home = useHome(session);
  const { place, uploads, removals, pictures, isEmpty, mayAdd } = home;
  const { limits, auth_mode, owner, features } = session;
  const isHistory = useAddress() === "/history" && features.history;
  const view = given || (isHistory && <HistoryView player={home.player} />);
  const isPhone = useIsPhone();
  const limitsId = useId();
  const [commands, setCommands] = useState(false);
  const openCommands = () => {
    collectKeys();
    setCommands(true);
  };
  usePaletteKey(openCommands);
  const [notes, setNotes] = useState<HTMLElement | null>(null);
  const chooser = useFileChooser({ label: words.add.button, accept: limits.allowed_content_types, onFiles: uploads.add });
  const leave = () => void removals.deleteNow().then(onLeave);
  const hue = moodHue(place.query.mood);
  const addButtons = mayAdd && (
    <AddButtons describedBy={limitsId} accept={limits.allowed_content_types} onChoose={chooser.open} onFiles={uploads.add} />
  );

  return (
    <div className="page" data-hue={hue} aria-busy={!home.isSettled} data-empty={isEmpty || undefined} data-view={view ? "" : undefined} data-aside={home.player.state || !(isEmpty || given) ? "" : undefined}>
      {!view && (
        <a className="skip-link" href="#songs">
          {words.app.skip}
        </a>
      )}
      <TopBar onCommands={openCommands}>
        <SearchBox value={place.query.q} onChange={(q) => place.change({ q }, { typing: true })} />
        {features.history && <TopHistory />}
        {auth_mode === "accounts" ? (
          <TopAccount compact={!isEmpty && !view} onLeave={leave} />
        ) : (
          auth_mode !== "open" && owner && <Account owner={owner} onLeave={leave} />
        )}
        {!isPhone && !isEmpty && !view && addButtons}
      </TopBar>
      {view ? (
        <main className="content">{view}</main>
      ) : (
        <HomeLibrary session={session} home={home} limitsId={limitsId} addButtons={addButtons} notes={notes} />
      )}
      <Dock session={session} home={home} limitsId={limitsId} notesRef={setNotes} />
      {commands && <Palette home={home} session={session} onClose={() => setCommands(false)} />}
      {pictures.shown && <PictureView {...pictures.shown} onDownload={home.links.download} onShare={home.links.share} onClose={pictures.close} />}
      {chooser.input}
      {mayAdd && <DropZone moods={limits.moods} limits={limitsInWords(limits)} onFiles={uploads.add} />}
    </div>
  );
}
