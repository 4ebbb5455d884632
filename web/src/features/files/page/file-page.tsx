/** Everything about one file, over the list: view, play, edit, share. A chunk of its own, loaded on first use. */
import { useEffect, useState } from "react";
import type { ApiError } from "../../../lib/api-error";
import { moodHue } from "../../../lib/moods";
import { inWords } from "../../../lib/problem-words";
import { may } from "../../../lib/scopes";
import { titleOf } from "../../../lib/title-of";
import type { FileRecord, Session } from "../../../lib/types";
import { useTitle } from "../../../lib/use-title";
import { words } from "../../../lib/words";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { PlaceLink } from "../../../ui/place-link";
import { lazyPart } from "../../../ui/lazy-part";
import { CoverEditor } from "../edit/cover-editor";
import { FileEditor } from "../edit/file-editor";
import { hasUnsavedEdits } from "../edit/unsaved-edits";
import { addressOf } from "../list/library-query";
import { Facts, Glance } from "./file-facts";
import "./file-page.css";
import { FilePreview } from "./file-preview";
import { FileVerbs, type Shown } from "./file-verbs";
import { Share } from "../share/share";
import type { WorkNoteProps } from "../work/work-note";
import { editRequest } from "./edit-request";
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
  const [shown, setShown] = useState<Shown>(() => (editRequest.get() === file_id || hasUnsavedEdits(file_id) ? "edit" : null));
  useEffect(() => editRequest.set(null), []);
  const editable = file !== null && mayEdit(session, file);
  useTitle(title);

  return (
    <Dialog light title={title} closeLabel={words.page.back} onClose={onClose} aside={file && <Byline file={file} />}>
      <div className="file-page" data-hue={moodHue(file?.mood ?? "other")}>
        {failure && !file && <Missing failure={failure} onClose={onClose} />}
        {file && (
          <>
            {(file.threat || file.media_state === "failed") && <WorkNote file={file} mayRetry={editable} onRetried={reload} />}
            <div className="file-head">
              <FilePreview file={file} />
              <div className="file-side">
                <Glance file={file} />
                <FileVerbs {...props} file={file} mayEdit={editable} shown={shown} onShow={(part) => setShown(part === shown ? null : part)} />
              </div>
            </div>
            {shown === "share" && <Share file={file} onPublish={editable ? () => void edit({ visibility: "public" }) : null} />}
            {shown === "edit" && read && (
              <section className="file-edit" aria-label={words.edit.one}>
                {mayCover(session, file) && <CoverEditor hasCover={file.cover_id !== null} onChange={setCover} />}
                <FileEditor file={file} moods={session.limits.moods} onSave={edit} />
              </section>
            )}
            <Facts file={file} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Missing({ failure, onClose }: { failure: ApiError; onClose: () => void }) {
  return (
    <>
      <p className="soft">{failure.status === 404 ? words.page.missingHint : inWords(failure).detail}</p>
      <div className="file-verbs">
        <Button tone="primary" onClick={onClose}>
          {words.page.back}
        </Button>
      </div>
    </>
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

/** Leads to all of the artist, and to the album. */
function Byline({ file: { artist, album } }: { file: FileRecord }) {
  return (artist || album) && (
    <p className="soft" dir="auto">
      {artist && <PlaceLink className="file-link" to={addressOf({ artist })}>{artist}</PlaceLink>}
      {artist && album && " · "}
      {album && <PlaceLink className="file-link" to={addressOf({ album })}>{album}</PlaceLink>}
    </p>
  );
}
