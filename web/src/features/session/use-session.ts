/** The session: read at the start, again with a token, and again if the service refuses that token. */
import { useCallback, useEffect, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../../lib/api-error";
import { onTokenRefused, setAccessToken } from "../../lib/http";
import { storeLastOwner } from "../../lib/last-owner";
import type { Session } from "../../lib/types";
import { getSession, signIn, signOut } from "./api";

export type SessionState =
  | { status: "loading" }
  | { status: "failed"; failure: ApiError }
  /** The service needs a token, or an account. `refused`: what was given is not accepted any more. */
  | { status: "locked"; refused: boolean; accounts: boolean }
  | { status: "open"; session: Session };

export interface SessionView {
  state: SessionState;
  reload: () => void;
  enter: (token: string) => void;
  leave: () => void;
}

export function useSession(): SessionView {
  const [state, setState] = useState<SessionState>({ status: "loading" });
  /** A new object asks again, even with the same token. */
  const [asked, setAsked] = useState<{ token: string | null }>({ token: null });

  useEffect(() => {
    const stop = new AbortController();
    setAccessToken(null);
    const answer = asked.token === null ? getSession(stop.signal) : signIn(asked.token, stop.signal);
    answer.then(
      (session) => {
        const next = stateOf(session, asked.token !== null);
        if (next.status === "open") storeLastOwner(session.owner ?? "");
        setState(next);
      },
      (error: unknown) => {
        if (!isAbort(error)) setState(failedState(asApiError(error)));
      },
    );
    return () => stop.abort();
  }, [asked]);

  useEffect(
    () =>
      onTokenRefused(() => {
        setAccessToken(null);
        setState((before) => ({ status: "locked", refused: true, accounts: hasAccounts(before) }));
      }),
    [],
  );

  const ask = useCallback((token: string | null) => setAsked({ token }), []);
  const leave = useCallback(() => {
    signOut().then(
      () => {
        storeLastOwner(null);
        ask(null);
      },
      (error: unknown) => setState(failedState(asApiError(error))),
    );
  }, [ask]);
  return {
    state,
    reload: useCallback(() => setAsked((before) => ({ ...before })), []),
    enter: ask,
    leave,
  };
}

function stateOf(session: Session, tried: boolean): SessionState {
  const locked = session.auth_mode !== "open" && session.owner === null;
  return locked
    ? { status: "locked", refused: tried, accounts: session.auth_mode === "accounts" }
    : { status: "open", session };
}

function hasAccounts(state: SessionState): boolean {
  return state.status === "open" ? state.session.auth_mode === "accounts" : state.status === "locked" && state.accounts;
}

function failedState(failure: ApiError): SessionState {
  return failure.status === 401 ? { status: "locked", refused: true, accounts: false } : { status: "failed", failure };
}
