/** Where a song is played from. */
import type { FileRecord } from "../../lib/types";
import { playAddress } from "./api";
import { freshAddress, type FreshAddress } from "./fresh-address";

export async function songAddress({ file_id }: FileRecord, signal: AbortSignal): Promise<FreshAddress> {
  return freshAddress(await playAddress(file_id, signal), performance.now());
}
