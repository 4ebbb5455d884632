/** The measures that the transfer keeps to. */

export interface TransferOptions {
  /** How many files are sent at once; more only share the same line. */
  simultaneous_uploads: number;
  /** Requests to the store at once, over all files: as many connections as a browser opens to one host. */
  simultaneous_requests: number;
  /** A larger file is not read as a whole before it is sent: it goes in parts, and its checksum follows from theirs. */
  checksum_max_bytes: number;
  /** From this size on it is worth asking whether an earlier try of the same file can be continued. */
  continue_min_bytes: number;
  /** Files up to this size are kept in the browser while they are under way, and go on after a reload by themselves. */
  keep_max_bytes: number;
  /** As much of the disk as the kept files may take together. */
  keep_total_bytes: number;
  /** What a file says of itself is good to have: its upload waits no longer for it, in milliseconds. */
  describe_within_ms: number;
  /** So many milliseconds the search for files that are there already may take; what is found by then is told. */
  find_known_ms: number;
  /** A socket that moved no byte for so many milliseconds is given up and tried again. */
  stall_after_ms: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_OPTIONS: TransferOptions = {
  simultaneous_uploads: 3,
  simultaneous_requests: 6,
  checksum_max_bytes: 64 * MIB,
  continue_min_bytes: 16 * MIB,
  keep_max_bytes: 16 * MIB,
  keep_total_bytes: 300 * MIB,
  describe_within_ms: 5000,
  find_known_ms: 60_000,
  stall_after_ms: 20_000,
};
