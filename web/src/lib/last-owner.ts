/** Who used the page last in this browser: whose songs on this device may be shown without a network. */
import { readStored, store } from "./stored";

const KEY = "moodrop.owner";

/** Null after signing out. An expired session does not change it. */
export const storeLastOwner = (owner: string | null): void => store(KEY, owner);

export const readLastOwner = (): string | null => readStored(KEY);

/** The name of the cache with the songs that somebody keeps on this device. Without a song there is none. */
export const deviceCacheOf = (owner: string): string => `moodrop-kept:${owner}`;
