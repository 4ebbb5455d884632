/** /account: whose account it is. */
import { exactTime } from "../../../lib/format";
import { words as pageWords } from "../../../lib/words";
import { useAccountWords } from "../account-words";
import type { User } from "../api";
import { Card } from "../card";
import { PlaceLink } from "../place-link";

export interface AccountPageProps {
  user: User;
}

export default function AccountPage({ user }: AccountPageProps) {
  const words = useAccountWords();
  return (
    <Card
      title={words.account.title}
      lead={words.account.since(exactTime(user.created_at))}
      below={<PlaceLink to="/">{pageWords.page.back}</PlaceLink>}
    >
      <p>{words.account.emailNow(user.email ?? "")}</p>
    </Card>
  );
}
