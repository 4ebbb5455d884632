/** What the caller may hold. Shared by the top bar and the storage tab. */
import { useCallback, useEffect } from "react";
import { createStore, useStore } from "../../lib/store";
import { getQuota, type Quota } from "./api";

/** Undefined until the first answer; null if there is no limit, or if nobody could say. */
const known = createStore<Quota | null | undefined>(undefined);

export interface QuotaView {
  quota: Quota | null | undefined;
  reload: () => void;
}

/** Asks the service when it is first drawn, and for another owner. */
export function useQuota(owner?: string): QuotaView {
  const quota = useStore(known);
  const reload = useCallback(() => {
    getQuota().then(known.set, () => known.set(null));
  }, []);
  useEffect(reload, [reload, owner]);
  return { quota, reload };
}
