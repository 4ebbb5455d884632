/** /account: a tab for each part of the account. */
import { useState } from "react";
import { goTo } from "../../../lib/address";
import { locale, words as pageWords } from "../../../lib/words";
import { useAccountWords, type AccountWords } from "../account-words";
import type { AuthSession, User } from "../api";
import { Avatar, CoverPicture } from "../avatar";
import { PlaceLink } from "../../../ui/place-link";
import "./account-page.css";
import { Devices } from "./devices";
import { Leaving } from "./leaving";
import { Profile } from "./profile";
import { RecentSignIn } from "./recent-sign-in";
import { Security } from "./security";
import { Storage } from "./storage";
import { Tabs } from "./tabs";

type TabName = keyof AccountWords["account"]["tabs"];
const TABS: readonly TabName[] = ["profile", "security", "devices", "storage", "delete"];

export interface AccountPageProps {
  auth: AuthSession;
  user: User;
  /** Somebody else is signed in now, or nobody. */
  onChange: () => void;
}

export default function AccountPage(props: AccountPageProps) {
  const words = useAccountWords();
  const [tab, setTab] = useState(tabInAddress);
  const choose = (next: TabName) => {
    setTab(next);
    goTo(`/account?tab=${next}`, { replace: true });
  };
  return (
    <RecentSignIn user={props.user} auth={props.auth}>
      <section className="account-page">
        <p>
          <PlaceLink to="/" className="account-link">
            {pageWords.page.back}
          </PlaceLink>
        </p>
        <Who user={props.user} />
        <Tabs label={words.account.title} names={TABS} labels={words.account.tabs} value={tab} onChange={choose}>
          <Part {...props} tab={tab} />
        </Tabs>
      </section>
    </RecentSignIn>
  );
}

function Who({ user }: { user: User }) {
  const words = useAccountWords();
  return (
    <header className="account-who">
      {user.cover_id && <CoverPicture user={user} />}
      <Avatar user={user} size={56} />
      <div>
        <h2>
          <bdi>{user.name ?? user.email ?? words.account.title}</bdi>
        </h2>
        <p className="soft">{words.account.since(locale.day(new Date(user.created_at)))}</p>
      </div>
    </header>
  );
}

function Part({ tab, ...props }: AccountPageProps & { tab: TabName }) {
  switch (tab) {
    case "profile":
      return <Profile user={props.user} />;
    case "security":
      return <Security auth={props.auth} user={props.user} />;
    case "devices":
      return <Devices />;
    case "storage":
      return <Storage />;
    case "delete":
      return <Leaving {...props} />;
  }
}

function tabInAddress(): TabName {
  const asked = new URLSearchParams(location.search).get("tab");
  return TABS.find((name) => name === asked) ?? "profile";
}
