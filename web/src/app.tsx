/** The page: shows the token form or the library, depending on the session. */
import "./app.css";
import { TokenForm } from "./features/session/token-form";
import { useSession } from "./features/session/use-session";
import { Home } from "./home/home";
import { inWords } from "./lib/problem-words";
import { useLanguage, words } from "./lib/words";
import { Boundary } from "./ui/boundary";
import { LiveNote } from "./ui/live-note";
import { Trouble } from "./ui/trouble";
import { TopBar } from "./top-bar";

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
  return (
    <>
      {state.status === "open" ? (
        <Home key={state.session.owner} session={state.session} onLeave={leave} />
      ) : (
        <div className="page" data-hue="all">
          <TopBar />
          <main className="content">
            {state.status === "locked" && <TokenForm refused={state.refused} onEnter={enter} />}
            {state.status === "failed" && (
              <Trouble problem={inWords(state.failure)} action={words.files.again} onAction={reload} />
            )}
          </main>
        </div>
      )}
      <LiveNote />
    </>
  );
}
