/** /account: a tab for each part of the account. */
import { useState } from "react";
import { goTo } from "../../../lib/address";
import { exactTime } from "../../../lib/format";
import { words as pageWords } from "../../../lib/words";
import { useAccountWords, type AccountWords } from "../account-words";
import type { AuthSession, User } from "../api";
import { PlaceLink } from "../place-link";
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
    <RecentSignIn user={props.user} hasMailPage={props.auth.mail_page}>
      <section className="account-page">
        <p>
          <PlaceLink to="/" className="account-link">
            {pageWords.page.back}
          </PlaceLink>
        </p>
        <h2>{words.account.title}</h2>
        <p className="soft">{words.account.since(exactTime(props.user.created_at))}</p>
        <Tabs label={words.account.title} names={TABS} labels={words.account.tabs} value={tab} onChange={choose}>
          <Part {...props} tab={tab} />
        </Tabs>
      </section>
    </RecentSignIn>
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
