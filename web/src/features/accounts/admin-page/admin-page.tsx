/** /admin: users and what happened to their accounts, for administrators. */
import { useState } from "react";
import { goTo } from "../../../lib/address";
import { words as pageWords } from "../../../lib/words";
import { useAccountWords, type AccountWords } from "../account-words";
import "../account-page/account-page.css";
import { RecentSignIn } from "../account-page/recent-sign-in";
import { Tabs } from "../account-page/tabs";
import type { AuthSession, User } from "../api";
import { Card } from "../card";
import { PlaceLink } from "../../../ui/place-link";
import "./admin-page.css";
import { Audit, type AuditProps } from "./audit";
import { Users } from "./users";

type TabName = keyof AccountWords["admin"]["tabs"];
const TABS: readonly TabName[] = ["users", "audit"];

export interface AdminPageProps {
  auth: AuthSession;
  user: User;
}

export default function AdminPage({ auth, user }: AdminPageProps) {
  const words = useAccountWords();
  if (!user.roles.includes("admin")) return <Card title={words.admin.title} lead={words.admin.onlyFor} below={<BackLink />} />;
  return (
    <RecentSignIn user={user} auth={auth}>
      <section className="account-page admin-page">
        <p>
          <BackLink />
        </p>
        <h2>{words.admin.title}</h2>
        <p className="soft">{words.admin.lead}</p>
        <View own={user.user_id} labels={auth.provider_labels} />
      </section>
    </RecentSignIn>
  );
}

/** The address keeps what is shown: a tab, and whom it is about. */
interface Shown {
  tab: TabName;
  /** The search among users, or the account whose events are shown. */
  about: string;
}

function View({ own, labels }: Pick<AuditProps, "own" | "labels">) {
  const words = useAccountWords();
  const [{ tab, about }, setShown] = useState(shownInAddress);
  const show = (next: Shown) => {
    setShown(next);
    const params = new URLSearchParams({ tab: next.tab, ...(next.about && { about: next.about }) });
    goTo(`/admin?${params}`, { replace: true });
  };
  return (
    <Tabs label={words.admin.title} names={TABS} labels={words.admin.tabs} value={tab} onChange={(name) => show({ tab: name, about: "" })}>
      {tab === "users" ? (
        <Users
          own={own}
          search={about}
          onSearch={(text) => show({ tab, about: text })}
          onEvents={(user_id) => show({ tab: "audit", about: user_id })}
        />
      ) : (
        <Audit
          own={own}
          about={about}
          labels={labels}
          onAll={() => show({ tab, about: "" })}
          onUser={(user_id) => show({ tab: "users", about: user_id })}
        />
      )}
    </Tabs>
  );
}

function BackLink() {
  return (
    <PlaceLink to="/" className="account-link">
      {pageWords.page.back}
    </PlaceLink>
  );
}

function shownInAddress(): Shown {
  const params = new URLSearchParams(location.search);
  return { tab: TABS.find((name) => name === params.get("tab")) ?? "users", about: params.get("about") ?? "" };
}
