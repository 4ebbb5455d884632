/** The page: shows the library, or a way to sign in, depending on the session. */
import { useEffect, useState } from "react";
import "./app.css";
import { AccountPlace } from "./features/accounts/parts";
import { placeAt } from "./features/accounts/places";
import type { TokenFormProps } from "./features/session/token-form";
import { useSession } from "./features/session/use-session";
import { Home } from "./home/home";
import { isUnknown } from "./home/is-unknown";
import type { DevicePlaceProps } from "./home/device-place";
import type { ApiError } from "./lib/api-error";
import { useAddress } from "./lib/address";
import { inWords } from "./lib/problem-words";
import { useLanguage, words } from "./lib/words";
import { Boundary } from "./ui/boundary";
import { lazyPart } from "./ui/lazy-part";
import { LiveNote } from "./ui/live-note";
import { Trouble } from "./ui/trouble";
import { TopBar } from "./top-bar";

const UnknownPage = lazyPart<object>(() => import("./home/unknown-page"));
const DevicePlace = lazyPart<DevicePlaceProps>(async () => (await import("./home/device-place")).loadDevicePlace());
const TokenForm = lazyPart<TokenFormProps>(async () => ({ default: (await import("./features/session/token-form")).TokenForm }));

/** The outermost boundary: if the page itself breaks, it says so and offers a reload. */
export function App() {
  useLanguage();
  return (
    <Boundary>
      <Page />
    </Boundary>
  );
}

function Page() {
  const { state, reload, enter, leave } = useSession();
  const late = useIsLate(state.status === "loading");
  const address = useAddress();
  const place = placeAt(address);
  const unknown = isUnknown(address) && <UnknownPage />;
  return (
    <>
      {state.status === "open" ? (
        <Home
          key={state.session.owner}
          session={state.session}
          onLeave={leave}
          view={unknown || (place && state.session.auth_mode === "accounts" && <AccountPlace place={place} onChange={reload} />)}
        />
      ) : (
        <div className="page" data-hue="all">
          <TopBar />
          <main className="content">
            {state.status === "locked" &&
              (unknown || (state.accounts ? (
                <AccountPlace place={place ?? "sign-in"} onChange={reload} />
              ) : (
                <TokenForm refused={state.refused} onEnter={enter} />
              )))}
            {(state.status === "failed" || late) && <Failed failure={state.status === "failed" ? state.failure : null} onRetry={reload} />}
          </main>
        </div>
      )}
      <LiveNote />
    </>
  );
}

/** Without a network there are the songs on this device. `failure`: null while the service has not answered yet. */
function Failed({ failure, onRetry }: { failure: ApiError | null; onRetry: () => void }) {
  const trouble = failure && <Trouble problem={inWords(failure)} action={words.files.again} onAction={onRetry} />;
  const isAway = !failure || failure.code === "unreachable" || failure.code === "timed_out";
  return isAway ? <DevicePlace onRetry={onRetry}>{trouble}</DevicePlace> : trouble;
}

/** Milliseconds. A dead connection hangs for long before it fails. */
const LATE_MS = 5000;

/** True once `waiting` has been true for too long. */
function useIsLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [waiting]);
  return late && waiting;
}
