/** The palette's offers on the home page: songs to play, artists and moods to show, and the page's verbs. */
import { listFiles } from "../../features/files/api";
import { iconOf, isPlayable, kindOf } from "../../features/files/file-kind";
import { addressOf, EVERYTHING } from "../../features/files/list/library-query";
import { settingsWords } from "../../features/settings/settings-words";
import { goTo } from "../../lib/address";
import { coverOf } from "../../lib/cover-of";
import { moodHue, moodName, moodShape, type Mood } from "../../lib/moods";
import { chooseTheme, THEMES } from "../../lib/theme";
import { titleOf } from "../../lib/title-of";
import type { FileRecord, Session } from "../../lib/types";
import { words } from "../../lib/words";
import { Cover } from "../../ui/cover";
import { Icon, type IconName } from "../../ui/icon";
import { Shape } from "../../ui/shape";
import type { HomeState } from "../use-home";
import type { Command } from "./command";
import { Palette } from "./palette";

export interface HomePaletteProps {
  home: HomeState;
  session: Session;
  onClose: () => void;
}

export default function HomePalette({ home, session, onClose }: HomePaletteProps) {
  const { library } = home;
  const commandsOf = (files: readonly FileRecord[]) => songs(home, [...files, ...library.listPage.files]);
  return (
    <Palette
      commands={[...verbs(home, session), ...session.limits.moods.map((mood) => moodCommand(home, mood))]}
      commandsOf={commandsOf}
      find={find}
      onClose={onClose}
    />
  );
}

async function find(typed: string, signal: AbortSignal): Promise<readonly FileRecord[]> {
  const page = await listFiles({ ...EVERYTHING, q: typed.trim() }, null, signal);
  return page.files;
}

const sign = (icon: IconName) => (
  <span className="palette-sign">
    <Icon name={icon} />
  </span>
);

function verb(id: string, icon: IconName, text: string, onChoose: () => void, also = ""): Command {
  return { id, group: "actions", text, also, picture: sign(icon), onChoose };
}

function verbs({ actions, place, uploads, mayAdd, isEmpty }: HomeState, { limits, features }: Session): Command[] {
  const own = settingsWords();
  const playMood = (mood: Mood) => {
    place.change({ mood, q: "", kind: null, artist: null, album: null });
    void actions.playAll({ ...place.query, mood, q: "", kind: null, artist: null, album: null }, { shuffled: false });
  };
  const all = { ...place.query, mood: null, q: "", kind: null, artist: null, album: null };
  return [
    ...(mayAdd ? [verb("add", "plus", words.add.button, uploads.requestPanel, own.uploadWords)] : []),
    ...(isEmpty ? [] : [verb("all", "play", words.files.playAll, () => void actions.playAll(all, { shuffled: false }))]),
    ...(isEmpty ? [] : [verb("mix", "shuffle", words.files.shuffleAll, () => void actions.playAll(all, { shuffled: true }))]),
    ...limits.moods.map((mood) => verb(`play-${mood}`, "play", words.face.play(moodName(mood)), () => playMood(mood))),
    ...(features.history ? [verb("history", "retry", own.history, () => goTo("/history"))] : []),
    ...THEMES.map((theme) => verb(`theme-${theme}`, "settings", own.themes[theme], () => chooseTheme(theme), own.theme)),
  ];
}

function moodCommand({ place }: HomeState, mood: Mood): Command {
  return {
    id: `mood-${mood}`,
    group: "moods",
    text: words.files.heading(moodName(mood)),
    picture: (
      <span className="palette-sign" data-hue={moodHue(mood)}>
        <Shape name={moodShape(mood)} size={20} />
      </span>
    ),
    onChoose: () => place.change({ mood, q: "", kind: null, artist: null, album: null }),
  };
}

function songs({ actions, place }: HomeState, files: readonly FileRecord[]): Command[] {
  const artists = new Set(files.flatMap(({ artist }) => artist ?? []));
  return [
    ...files.map((file): Command => ({
      id: file.file_id,
      group: "songs",
      text: titleOf(file),
      ...(file.artist && { detail: file.artist }),
      also: `${file.album ?? ""} ${file.filename} ${(file.tags ?? []).join(" ")} ${file.mood ? moodName(file.mood) : ""}`,
      picture: <SongPicture file={file} />,
      onChoose: () => (isPlayable(file) ? actions.play(file, [file]) : place.open(file.file_id)),
    })),
    ...[...artists].map((artist): Command => ({
      id: `artist-${artist}`,
      group: "artists",
      text: artist,
      picture: sign("search"),
      onChoose: () => goTo(addressOf({ artist })),
    })),
  ];
}

function SongPicture({ file }: { file: FileRecord }) {
  const icon = iconOf(kindOf(file));
  return (
    <Cover {...coverOf(file, 96)}>
      {icon && <Icon name={icon} size={18} />}
    </Cover>
  );
}
