/** Limits of transfers, and their defaults. */

export interface TransferOptions {
  /** Files sent at once, unless the line is slow. More would only share the same connection. */
  simultaneous_uploads: number;
  /** On a slower line, files are sent one at a time. */
  slow_bytes_per_second: number;
  /** Files that are started at once. The smallest of them is sent first. */
  started_ahead: number;
  /** Requests to the store at once, over all files: a browser opens as many connections to one host. */
  simultaneous_requests: number;
  /** Files up to this size are hashed before they are sent. Larger ones go in parts, and their checksum follows from the parts. */
  checksum_max_bytes: number;
  /** From this size on the service is asked for an earlier upload of the same file to continue. */
  continue_min_bytes: number;
  /** Files up to this size are stored in the browser while they are uploaded, and continue by themselves after a reload. */
  keep_max_bytes: number;
  /** Disk space that the stored files may take together. */
  keep_total_bytes: number;
  /** Milliseconds that an upload waits for the description of its file. */
  describe_within_ms: number;
  /** Milliseconds that the search for known files may take. Those found by then are listed. */
  find_known_ms: number;
  /** Milliseconds without progress after which a request is aborted and retried. */
  stall_after_ms: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_OPTIONS: TransferOptions = {
  simultaneous_uploads: 3,
  slow_bytes_per_second: 1_000_000,
  started_ahead: 8,
  simultaneous_requests: 6,
  checksum_max_bytes: 64 * MIB,
  continue_min_bytes: 16 * MIB,
  keep_max_bytes: 16 * MIB,
  keep_total_bytes: 300 * MIB,
  describe_within_ms: 5000,
  find_known_ms: 60_000,
  stall_after_ms: 20_000,
};
