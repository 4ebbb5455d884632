/** One file in the library. */
import { memo } from "react";
import { formatBytes } from "../../../lib/bytes";
import { coverOf } from "../../../lib/cover-of";
import { clock, exactTime } from "../../../lib/format";
import { moodHue, moodName, moodShape } from "../../../lib/moods";
import { useFreshCover } from "../../../lib/fresh-covers";
import { useStore } from "../../../lib/store";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord } from "../../../lib/types";
import { useLanguage, words } from "../../../lib/words";
import { Cover } from "../../../ui/cover";
import { PlaceLink } from "../../../ui/place-link";
import { Icon } from "../../../ui/icon";
import { Shape } from "../../../ui/shape";
import type { MenuPlace } from "../../../ui/menu";
import { iconOf, isPlayable, kindOf } from "../file-kind";
import { atWork } from "../work/at-work";
import { FileLink } from "./file-link";
import { FileRowActions } from "./file-row-actions";
import { addressOf } from "./library-query";
import { rowPress } from "./row-press";

/** The actions of a row. They stay the same functions over redraws. */
export interface RowVerbs {
  onPlay: (file: FileRecord) => void;
  /** Play it after the whole queue. */
  onQueue: (file: FileRecord) => void;
  onDownload: (file: FileRecord) => void;
  onRemove: (file: FileRecord) => void;
  /** `through`: also all rows up to the one selected before. */
  onPick: (file: FileRecord, through: boolean) => void;
  onMenu: (file: FileRecord, place: MenuPlace) => void;
  onOpen: (file_id: string) => void;
  addressOf: (file_id: string) => string;
}

export interface FileRowProps extends RowVerbs {
  file: FileRecord;
  /** Position from 1, and the total: -1 while unknown. */
  position: number;
  of: number;
  /** CSS pixels below the top of the list; null if the row follows the one before. */
  top: number | null;
  /** How long ago it was added; "" below a row that says the same. */
  age: string;
  /** The list is one of a mood: its rows need not name it. */
  oneMood: boolean;
  /** Whether the row's file is in the player, and whether it plays. */
  current: boolean;
  playing: boolean;
  compact: boolean;
  /** No pointer hovers here: a box shows only while rows are being selected. */
  touched: boolean;
  /** One button opens a menu with all that can be done: for a narrow row or a touch screen. */
  fewKeys: boolean;
  mayRemove: boolean;
  /** Whether rows are being selected, and whether this one is. */
  picking: boolean;
  picked: boolean;
}

export const FileRow = memo(function FileRow(given: FileRowProps) {
  const { threat } = given.file;
  const props = threat ? { ...given, onPlay: ({ file_id }: FileRecord) => given.onOpen(file_id) } : given;
  const { file, position, of, top, current, compact, oneMood, picking, picked, mayRemove, onDownload, onRemove } = props;
  useLanguage();
  const working = useStore(atWork).has(file.file_id);
  const press = rowPress(props);
  const title = titleOf(file);
  const length = lengthOf(file);

  return (
    <li
      className="file-row"
      data-hue={moodHue(file.mood ?? "other")}
      data-current={current || undefined}
      data-picked={picked || undefined}
      aria-posinset={position}
      aria-setsize={of}
      tabIndex={-1}
      {...press}
      style={top === null ? undefined : { position: "absolute", insetInline: 0, insetBlockStart: top }}
    >
      <PickBox {...props} />
      <PlayButton {...props} working={working} />
      <div className="file-words">
        <p className="file-title ellipsis" dir="auto">
          <FileLink file_id={file.file_id} addressOf={props.addressOf} onOpen={props.onOpen}>
            {title}
          </FileLink>
          {working && <span className="visually-hidden"> {words.files.working}</span>}
        </p>
        <p className="file-artist ellipsis soft" dir={compact ? undefined : "auto"}>
          {compact && !oneMood && <MoodMark file={file} />}
          {compact && !oneMood && file.mood && " · "}
          {threat ? words.files.blocked : <ArtistName {...props} />}
          {compact && length && ` · ${length}`}
        </p>
      </div>
      {!compact && <Facts {...props} />}
      {!(compact && picking) && (
        <FileRowActions
          title={title}
          few={props.fewKeys}
          mayFetch={!threat}
          mayRemove={mayRemove}
          onQueue={isPlayable(file) ? () => props.onQueue(file) : null}
          onDownload={() => onDownload(file)}
          onRemove={() => onRemove(file)}
          onMenu={(button) => props.onMenu(file, button.getBoundingClientRect())}
        />
      )}
    </li>
  );
});

/** For a finger the whole row is one key, so only elsewhere is it a link to all of the artist's files. */
function ArtistName({ file, compact, touched }: FileRowProps) {
  const { artist } = file;
  if (artist === null || compact || touched) return byOf(file);
  return (
    <PlaceLink className="file-link" to={addressOf({ artist })}>
      {artist}
    </PlaceLink>
  );
}

/** On a touch screen shown only while rows are being selected; elsewhere on hover and focus. */
function PickBox({ file, compact, touched, picking, picked, onPick }: FileRowProps) {
  if ((compact || touched) && !picking) return null;
  return (
    <label className="file-pick">
      <input
        type="checkbox"
        aria-label={words.select.one(titleOf(file))}
        checked={picked}
        onChange={(event) => onPick(file, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
      />
    </label>
  );
}

function PlayButton({ file, playing, working, onPlay }: FileRowProps & { working: boolean }) {
  const title = titleOf(file);
  const kind = kindOf(file);
  const icon = iconOf(kind);
  const given = coverOf(file, 96);
  const fresh = useFreshCover(file.file_id);
  const label = playing ? words.files.pause(title) : words.files[isPlayable(file) ? "play" : "open"](title);
  return (
    <button type="button" className="file-play" data-playable={isPlayable(file) || undefined} aria-label={label} title={label} onClick={() => onPlay(file)}>
      <Cover {...given} picture={given.picture ?? fresh} moving={playing} under={given.picture && fresh && <img src={fresh} alt="" />}>
        {icon && <Icon name={icon} size={22} />}
      </Cover>
      {working && <span className="file-ring" />}
      <span className="file-play-icon">
        <Icon name={playing ? "pause" : isPlayable(file) ? "play" : (icon ?? "page")} />
      </span>
    </button>
  );
}

/** The mood as shape and word: colour alone is not enough. */
function MoodMark({ file }: { file: FileRecord }) {
  if (!file.mood) return null;
  return (
    <span className="file-mood">
      <Shape name={moodShape(file.mood)} size={14} />
      {moodName(file.mood)}
    </span>
  );
}

/** Who made it. Pictures and pages are made by nobody in particular: their size says more. */
function byOf(file: FileRecord): string {
  return file.artist ?? (isPlayable(file) ? words.files.unknownArtist : formatBytes(file.size_bytes));
}

function lengthOf({ duration_seconds }: FileRecord): string | null {
  return duration_seconds === null ? null : clock(Math.round(duration_seconds));
}

function Facts({ file, age, oneMood }: FileRowProps) {
  return (
    <>
      <span className="file-album ellipsis soft" dir="auto">
        {file.album !== null && (
          <PlaceLink className="file-link" to={addressOf({ album: file.album })}>
            {file.album}
          </PlaceLink>
        )}
      </span>
      {!oneMood && (file.mood ? <MoodMark file={file} /> : <span className="file-mood" />)}
      <span className="file-length soft numbers">{lengthOf(file)}</span>
      <time className="file-age soft" dateTime={file.confirmed_at} title={exactTime(file.confirmed_at)}>
        {age}
      </time>
    </>
  );
}
