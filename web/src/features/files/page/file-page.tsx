/** Everything about one file, over the list: view, play, edit, share. A chunk of its own, loaded on first use. */
import { useState } from "react";
import { clock, exactTime } from "../../../lib/format";
import { formatBytes } from "../../../lib/bytes";
import { moodHue } from "../../../lib/moods";
import { inWords } from "../../../lib/problem-words";
import { may } from "../../../lib/scopes";
import type { FileRecord, Session } from "../../../lib/types";
import { useTitle } from "../../../lib/use-title";
import { useUnsaved } from "../../../lib/use-unsaved";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { lazyPart } from "../../../ui/lazy-part";
import { CoverEditor } from "../edit/cover-editor";
import { FileEditor } from "../edit/file-editor";
import { isPlayable, titleOf } from "../file-kind";
import "./file-page.css";
import { FilePreview } from "./file-preview";
import { Share } from "../share/share";
import type { WorkNoteProps } from "../work/work-note";
import { useFile } from "./use-file";

const WorkNote = lazyPart<WorkNoteProps>(
  async () => {
    const [{ WorkNote: Part }, { loadWorkWords }] = await Promise.all([import("../work/work-note"), import("../work/work-words")]);
    await loadWorkWords();
    return { default: Part };
  },
  { quiet: true },
);

export interface FilePageProps {
  file_id: string;
  /** The file as the list knows it; shown until the service answers. */
  listed: FileRecord | null;
  session: Session;
  onPut: (file: FileRecord) => void;
  onPlay: (file: FileRecord) => void;
  onRadio: (file: FileRecord) => void;
  onPlayNext: (file: FileRecord) => void;
  onQueue: (file: FileRecord) => void;
  onDownload: (file: FileRecord) => void;
  onRemove: (files: readonly FileRecord[]) => void;
  onClose: () => void;
}

export default function FilePage(props: FilePageProps) {
  const { file_id, listed, session, onPut, onClose } = props;
  const { file: read, failure, edit, setCover, reload } = useFile(file_id, listed, onPut);
  const file = read ?? listed;
  const title = file ? titleOf(file) : failure ? words.page.missing : words.page.loading;
  const [changed, setChanged] = useState(false);
  const unsaved = useUnsaved(changed);
  useTitle(title);

  return (
    <Dialog
      light
      title={title}
      closeLabel={words.page.back}
      unsaved={unsaved}
      onClose={onClose}
      aside={file && <Byline file={file} />}
    >
      <div className="file-page" data-hue={moodHue(file?.mood ?? "other")}>
        {failure && !file && (
          <>
            <p className="soft">{failure.status === 404 ? words.page.missingHint : inWords(failure).detail}</p>
            <div className="file-verbs">
              <Button tone="primary" onClick={onClose}>
                {words.page.back}
              </Button>
            </div>
          </>
        )}
        {file && (
          <>
            {(file.threat || file.media_state === "failed") && (
              <WorkNote file={file} mayRetry={mayEdit(session, file)} onRetried={reload} />
            )}
            <FilePreview file={file} />
            {read && mayCover(session, file) && (
              <CoverEditor hasCover={file.cover_id !== null} onChange={setCover} />
            )}
            <Verbs {...props} file={file} mayEdit={mayEdit(session, file)} onLeave={unsaved.leave} />
            {read && mayEdit(session, file) && (
              <FileEditor file={file} moods={session.limits.moods} onSave={edit} onChanged={setChanged} />
            )}
            {!file.threat && <Share file={file} onPublish={mayEdit(session, file) ? () => void edit({ visibility: "public" }) : null} />}
            <Facts file={file} />
          </>
        )}
      </div>
    </Dialog>
  );
}

/** Somebody else's public file can be seen but not changed. */
function mayEdit(session: Session, file: FileRecord): boolean {
  return may(session, "files:write") && file.owner !== null && file.owner === session.owner;
}

/** Covers are written as JPEG. */
function mayCover(session: Session, file: FileRecord): boolean {
  const { cover_content_types } = session.limits;
  return mayEdit(session, file) && may(session, "uploads:write") && cover_content_types.includes("image/jpeg");
}

function Byline({ file }: { file: FileRecord }) {
  const line = [file.artist, file.album].filter(Boolean).join(" · ");
  return line && (
    <p className="soft" dir="auto">
      {line}
    </p>
  );
}

interface VerbsProps extends FilePageProps {
  file: FileRecord;
  mayEdit: boolean;
  onLeave: (action: () => void) => void;
}

function Verbs({ file, mayEdit: editable, onRemove, onClose, onLeave, ...on }: VerbsProps) {
  const { play, open, download, remove } = words.files.actions;
  // The player's controls are at the lower edge of the page behind.
  const playIt = () => {
    onClose();
    on.onPlay(file);
  };
  const playRadio = () => {
    onClose();
    on.onRadio(file);
  };
  const removeIt = () => {
    onRemove([file]);
    onClose();
  };
  return (
    <div className="file-verbs">
      {!file.threat && (
        <Button tone="primary" icon={isPlayable(file) ? "play" : "page"} onClick={() => onLeave(playIt)}>
          {isPlayable(file) ? play : open}
        </Button>
      )}
      {isPlayable(file) && (
        <>
          <Button icon="radio" onClick={() => onLeave(playRadio)}>
            {words.files.radio}
          </Button>
          <Button icon="next" onClick={() => on.onPlayNext(file)}>
            {words.player.queue.playNext}
          </Button>
          <Button icon="queue" onClick={() => on.onQueue(file)}>
            {words.player.queue.addLast}
          </Button>
        </>
      )}
      {!file.threat && (
        <Button icon="download" onClick={() => on.onDownload(file)}>
          {download}
        </Button>
      )}
      {editable && (
        <Button icon="trash" onClick={() => onLeave(removeIt)}>
          {remove}
        </Button>
      )}
    </div>
  );
}

function Facts({ file }: { file: FileRecord }) {
  const { length, added, type, size, name, checksum } = words.page.facts;
  const facts = [
    [length, file.duration_seconds === null ? null : clock(Math.round(file.duration_seconds))],
    [added, exactTime(file.confirmed_at)],
    [type, file.content_type],
    [size, formatBytes(file.size_bytes)],
    [name, file.filename],
    [checksum, file.checksum && `${file.checksum.algorithm} ${file.checksum.value_base64}`],
  ] as const;
  return (
    <dl className="file-facts">
      {facts.map(([term, value]) => value !== null && (
        <div key={term}>
          <dt className="soft">{term}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
