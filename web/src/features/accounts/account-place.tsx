/** The views of accounts, one for each address. Loaded when the first of them is opened. */
import { useEffect, useState } from "react";
import { goTo } from "../../lib/address";
import { announce } from "../../lib/announce";
import { words as pageWords } from "../../lib/words";
import { inWords } from "../../lib/problem-words";
import { lazyPart } from "../../ui/lazy-part";
import { Trouble } from "../../ui/trouble";
import { useAccountWords } from "./account-words";
import "./accounts.css";
import { Adopt } from "./adopt";
import type { AuthSession } from "./api";
import { askAuth, setAuth, useAuth } from "./auth-state";
import { Forgot, Reset } from "./forgot";
import { fromFragment } from "./fragment";
import { nextAddress } from "./next-address";
import type { Place } from "./places";
import { Register, Verify } from "./register";
import { SignIn } from "./sign-in";

const AccountPage = lazyPart(() => import("./account-page/account-page"));
const AdminPage = lazyPart(() => import("./admin-page/admin-page"));
const TerminalLink = lazyPart(() => import("./terminal-link"));

export interface AccountPlaceProps {
  place: Place;
  /** Somebody else is signed in now, or nobody. */
  onChange: () => void;
}

export default function AccountPlace({ place, onChange }: AccountPlaceProps) {
  const words = useAccountWords();
  const auth = useAuth();
  const [adopting, setAdopting] = useState<AuthSession | null>(null);

  const finish = (session: AuthSession) => {
    setAdopting(null);
    setAuth(session);
    announce(words.signIn.welcome(nameOf(session) ?? words.top.guest));
    onChange();
    leave(place);
  };
  const onSignedIn = (session: AuthSession) => (session.guest_files ? setAdopting(session) : finish(session));

  if (adopting) return <Adopt files={adopting.guest_files ?? 0} onDone={() => finish(adopting)} />;
  if (auth.failure) return <Trouble problem={inWords(auth.failure)} action={pageWords.files.again} onAction={auth.reload} />;
  if (!auth.session) return null;
  return <View place={place} auth={auth.session} onSignedIn={onSignedIn} onChange={onChange} />;
}

interface ViewProps extends AccountPlaceProps {
  auth: AuthSession;
  onSignedIn: (session: AuthSession) => void;
}

function View({ place, auth, onSignedIn, onChange }: ViewProps) {
  const user = auth.user?.kind === "user" ? auth.user : null;
  switch (place) {
    case "register":
      return user ? <Leave place={place} /> : <Register auth={auth} />;
    case "verify":
      return user ? <Leave place={place} /> : <Verify auth={auth} onSignedIn={onSignedIn} />;
    case "forgot":
      return <Forgot hasMailPage={auth.mail_page} />;
    case "reset":
      return <Reset hasMailPage={auth.mail_page} onReset={() => void toSignIn(onChange)} />;
    case "account":
      return user ? <AccountPage auth={auth} user={user} onChange={onChange} /> : <SignIn auth={auth} onSignedIn={onSignedIn} />;
    case "admin":
      return user ? <AdminPage auth={auth} user={user} /> : <SignIn auth={auth} onSignedIn={onSignedIn} />;
    case "link":
      return user ? <TerminalLink /> : <SignIn auth={auth} onSignedIn={onSignedIn} />;
    case "sign-in":
      return user ? <Leave place={place} /> : <SignIn auth={auth} onSignedIn={onSignedIn} />;
  }
}

async function toSignIn(onChange: () => void): Promise<void> {
  await askAuth().catch(() => undefined);
  goTo("/sign-in");
  onChange();
}

/** Nothing is to be done here by somebody who is signed in. */
function Leave({ place }: { place: Place }) {
  useEffect(() => leave(place), [place]);
  return null;
}

/** Go on from a view of signing in; where it stands in for another view, that one follows by itself. */
function leave(place: Place): void {
  // Linking a provider failed: whoever is signed in began it on the account's page.
  if (fromFragment("problem") !== null) return goTo(`/account?tab=security${location.hash}`, { replace: true });
  const isWayIn = place !== "account" && place !== "link" && place !== "admin" && location.pathname === `/${place}`;
  if (isWayIn) goTo(nextAddress(), { replace: true });
}

function nameOf({ user }: AuthSession): string | null {
  return user?.name ?? user?.email ?? null;
}
