/** Sends a form: one answer at a time, by itself again while too many sign in, and not before a limit allows it. */
import { useEffect, useRef, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../../lib/api-error";
import { sleep } from "../../lib/wait";

const SECOND = 1000;
const MOST_TRIES = 8;

interface State {
  busy: boolean;
  crowded: boolean;
  problem: ApiError | null;
  /** Before this time (of the page's own clock), another try would be refused. */
  notBefore: number;
}

const IDLE: State = { busy: false, crowded: false, problem: null, notBefore: 0 };

export interface Submission extends Omit<State, "notBefore"> {
  /** Seconds until another try is allowed. */
  wait: number;
  send: <T>(call: () => Promise<T>, onDone: (answer: T) => void) => void;
}

export function useSubmission(): Submission {
  const [{ notBefore, ...state }, setState] = useState(IDLE);
  const wait = useCountdown(notBefore);
  const shown = useRef(new AbortController());
  useEffect(() => {
    shown.current = new AbortController();
    return () => shown.current.abort();
  }, []);

  const run = async <T>(call: () => Promise<T>, onDone: (answer: T) => void) => {
    setState({ ...IDLE, busy: true });
    try {
      const answer = await patiently(call, shown.current.signal, () => setState({ ...IDLE, busy: true, crowded: true }));
      setState(IDLE);
      onDone(answer);
    } catch (error) {
      if (isAbort(error)) return;
      const problem = asApiError(error);
      const seconds = problem.status === 429 ? (problem.retry_after ?? 0) : 0;
      setState({ ...IDLE, problem, notBefore: seconds > 0 ? Date.now() + seconds * SECOND : 0 });
    }
  };
  return {
    ...state,
    wait,
    send(call, onDone) {
      if (!state.busy && wait === 0) void run(call, onDone);
    },
  };
}

/** Try again while the service has more passwords to check than it can. */
async function patiently<T>(call: () => Promise<T>, signal: AbortSignal, onCrowded: () => void): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const { code, retry_after } = asApiError(error);
      if (code !== "passwords_busy" || tries === MOST_TRIES) throw error;
      onCrowded();
      await sleep((retry_after ?? 1) * SECOND, signal);
    }
  }
}

/** Seconds until a time of `Date.now()`, counted down. */
export function useCountdown(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const isOver = now >= until;
  useEffect(() => {
    if (isOver) return undefined;
    const tick = () => setNow(Date.now());
    const [first, timer] = [setTimeout(tick), setInterval(tick, SECOND / 4)];
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [isOver]);
  return Math.max(0, Math.ceil((until - now) / SECOND));
}
