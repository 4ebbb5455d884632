/** What an app can set and be notified of. */
import type { ClientOptions, MoodropClient } from "../api/create-client.js";
import type { FileMeta, FileRecord } from "../api/types.js";
import type { TransferOptions } from "../transfer/options.js";
import type { Restrictions } from "./restrictions.js";
import type { Draft, UploadError } from "./upload-progress.js";

export interface UploadsEvents {
  /** The file is uploaded and its `meta.cover` is not yet: `onDone` follows, with the cover or without it. */
  onUploaded?: (file: FileRecord, upload: Draft) => void;
  onDone?: (file: FileRecord) => void;
  /** It continues where an earlier try stopped, at so many whole percent. */
  onContinued?: (upload: Draft, percent: number) => void;
  onFailed?: (upload: Draft, error: UploadError) => void;
  /** What a person entered while the file was on its way, or later, is saved: this is the file now. Called after onDone. */
  onEdited?: (file: FileRecord) => void;
  /** The file is uploaded, but what was entered since its start could not be saved. */
  onEditFailed?: (upload: Draft, error: UploadError) => void;
  /** The file is uploaded, but without its `meta.cover`. */
  onCoverFailed?: (upload: Draft, error: UploadError) => void;
}

export interface UploadsOptions extends ClientOptions, UploadsEvents {
  /** A client that the app already has. Unset: one is made from `baseUrl`, `token` and `headers`. */
  client?: MoodropClient | undefined;
  /** The limits from GET /v1/session, checked before anything is sent. Unset: only the service checks. */
  limits?: Restrictions | undefined;
  /**
   * The owner of these files. If set, small files are kept in this browser while they are uploaded and continue by
   * themselves after a reload, and two tabs do not take up the same upload.
   */
  owner?: string | undefined;
  transferOptions?: Partial<TransferOptions>;
  /** Check whether the library already has the chosen files, and list them in `known`. Needs the scope files:read. */
  findKnown?: boolean;
  /** What a file says about itself, for example in its tags. What a person enters wins. The upload waits for it. */
  describe?: (draft: Draft) => Promise<Partial<Omit<FileMeta, "mood">>>;
}
