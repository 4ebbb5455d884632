/** Who is signed in to an account, and how one can sign in. Shared by the top bar and the views. */
import { useCallback, useEffect, useState } from "react";
import { asApiError, type ApiError } from "../../lib/api-error";
import { createStore, useStore } from "../../lib/store";
import { getAuthSession, type AuthSession } from "./api";

const auth = createStore<AuthSession | null>(null);
let asking: Promise<AuthSession> | null = null;

export interface Auth {
  /** Null until the first answer. */
  session: AuthSession | null;
  failure: ApiError | null;
  reload: () => void;
}

/** Asks the service when it is first drawn. */
export function useAuth(): Auth {
  const session = useStore(auth);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const reload = useCallback(() => {
    askAuth().then(
      () => setFailure(null),
      (error: unknown) => setFailure(asApiError(error)),
    );
  }, []);
  useEffect(reload, [reload]);
  return { session, failure, reload };
}

/** Ask anew; several who ask at once share one answer. */
export async function askAuth(): Promise<AuthSession> {
  asking ??= getAuthSession().finally(() => (asking = null));
  const session = await asking;
  auth.set(session);
  return session;
}

export function setAuth(session: AuthSession | null): void {
  auth.set(session);
}
