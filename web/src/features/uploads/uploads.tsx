/** Everything to see of uploading: the panel while files are chosen, the tray while they move. */
import { summarise, type MoodropUploads, type Upload, type UploadsSnapshot } from "@moodrop/uploads";
import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { useStore } from "../../lib/store";
import { keepFreshCover } from "../../lib/fresh-covers";
import type { FileRecord, Limits } from "../../lib/types";
import { useAfter, useLeaveWarning } from "../../lib/use-browser";
import { Boundary } from "../../ui/boundary";
import { countOf } from "./choose/left-out";
import { takeShared } from "./choose/take-shared";
import { createQueue, type QueueOptions } from "./create-queue";
import { AddPanel } from "./drafts/add-panel";
import { DraftsLine } from "./drafts/drafts-line";
import { limitsInWords } from "./limits-words";
import { leftOutInWords, refusalInWords } from "./refusal-words";
import { isDiscarded, type PageUploads, type PanelState } from "./page-uploads";
import { isPanelOpen, panelActions, type PanelActions } from "./panel-actions";
import { trayActions } from "./tray/tray-actions";
import { CanceledLine } from "./tray/canceled-line";
import { UploadTray } from "./tray/upload-tray";
import { useCancelAll } from "./tray/use-cancel-all";

export interface UploadsProps extends Omit<QueueOptions, "onUploaded" | "onEdited"> {
  uploads: PageUploads;
  /** Files are chosen, and will be done soon. */
  onChosen: () => void;
  /** Play what was uploaded. */
  onPlay: (files: readonly FileRecord[]) => void;
}

/** The queue lives as long as this part of the page; what it draws may break, and the queue goes on. */
export function Uploads({ uploads, owner, limits, onChosen, onDone, onPlay }: UploadsProps) {
  const reportDone = useEffectEvent(onDone);
  useEffect(() => {
    const made = createQueue({
      owner,
      limits,
      // Its row does not wait for the cover: that may take as long as the next song.
      onUploaded(file, cover) {
        if (cover) keepFreshCover(file.file_id, cover);
        reportDone(file);
      },
      onDone(file) {
        keepCover(made, file);
        reportDone(file);
      },
      onEdited: (file) => reportDone(file),
    });
    const close = uploads.open(made);
    // What another app shared waits for the panel.
    void takeShared().then(({ files, leftOut }) => files.length + countOf(leftOut) > 0 && uploads.add(files, leftOut), () => undefined);
    return close;
  }, [uploads, owner, limits]);
  const queue = useStore(uploads.queue);
  return queue && <QueueView uploads={uploads} queue={queue} limits={limits} onChosen={onChosen} onPlay={onPlay} />;
}

/** The row shows the picture that this device has, until the service's has come. */
function keepCover(queue: MoodropUploads, file: FileRecord): void {
  const { uploads } = queue.snapshot();
  const upload = uploads.find(({ progress }) => progress.status === "done" && progress.file.file_id === file.file_id);
  if (upload?.meta.cover) keepFreshCover(file.file_id, upload.meta.cover);
}

const isUnsaved = ({ edited = [] }: Upload) => edited.length > 0;

/** Long enough to press "Play". */
const DONE_SHOWN_MS = 7000;

interface QueueViewProps extends Pick<UploadsProps, "onChosen" | "onPlay"> {
  uploads: PageUploads;
  queue: MoodropUploads;
  limits: Limits;
}

function QueueView({ uploads, queue, limits, onChosen, onPlay }: QueueViewProps) {
  const subscribe = useCallback((listener: () => void) => queue.subscribe(listener), [queue]);
  const snapshot = useSyncExternalStore(subscribe, () => queue.snapshot());
  const panel = useStore(uploads.panel);
  const { drafts, unfinished } = snapshot;
  const { active, done, failed } = summarise(snapshot.uploads);
  const actions = panelActions(uploads, queue);
  const open = isPanelOpen(panel, snapshot);
  const discarded = isDiscarded(panel, snapshot);
  const { uploads: moving, count: canceled, ...canceling } = useCancelAll(queue, snapshot.uploads);
  const [opened, setOpened] = useState<string | null>(null);
  const hasDrafts = drafts.length > 0;
  const prepare = useEffectEvent(onChosen);
  useEffect(() => {
    if (hasDrafts) prepare();
  }, [hasDrafts]);
  const editing = moving.some(({ local_id }) => local_id === opened);
  useLeaveWarning(active > 0 || snapshot.uploads.some(isUnsaved) || (drafts.length > 0 && !discarded));
  useAfter(DONE_SHOWN_MS, done > 0 && active + failed === 0 && !editing, () => queue.removeDone());

  return (
    <>
      {open && (
        <Boundary onClose={actions.close}>
          <ChosenFiles uploads={uploads} actions={actions} queue={queue} limits={limits} panel={panel} snapshot={snapshot} />
        </Boundary>
      )}
      <Boundary>
        {!open && drafts.length > 0 && (
          <DraftsLine
            count={drafts.length}
            discarded={discarded}
            onContinue={actions.reopen}
            onDiscard={actions.discard}
            onEnd={actions.discardForGood}
          />
        )}
        {canceled > 0 && <CanceledLine count={canceled} onUndo={canceling.undo} onEnd={canceling.end} />}
        <UploadTray
          uploads={moving}
          unfinished={unfinished}
          accept={limits.allowed_content_types}
          moods={limits.moods}
          opened={opened}
          actions={{ ...trayActions(queue), open: setOpened, cancelAll: canceling.cancelAll, play: onPlay }}
        />
      </Boundary>
    </>
  );
}

interface ChosenFilesProps extends Omit<QueueViewProps, "onChosen" | "onPlay"> {
  actions: PanelActions;
  panel: PanelState;
  snapshot: UploadsSnapshot;
}

function ChosenFiles({ uploads, actions, queue, limits, panel: { leftOut }, snapshot }: ChosenFilesProps) {
  const { drafts, known, refused } = snapshot;
  return (
    <AddPanel
      drafts={drafts}
      known={known}
      refused={[...leftOutInWords(leftOut), ...refused.map((one) => refusalInWords(one, limits))]}
      refusedCount={refused.length + countOf(leftOut)}
      moods={limits.moods}
      mood={uploads.mood()}
      limits={limitsInWords(limits)}
      accept={limits.allowed_content_types}
      onMood={actions.chooseMood}
      onEdit={(local_id, meta) => queue.edit(local_id, meta)}
      onLeaveOut={(local_id) => queue.remove(local_id)}
      onSkipKnown={() => queue.removeKnown()}
      onKeepKnown={() => queue.keepKnown()}
      onFiles={uploads.add}
      onClose={actions.close}
      onCancel={actions.discard}
      onStart={actions.start}
    />
  );
}
