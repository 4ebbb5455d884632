/** Who is signed in, and the button to sign out. */
import { words } from "../lib/words";
import { Button } from "../ui/button";

export function Account({ owner, onLeave }: { owner: string; onLeave: () => void }) {
  return (
    <div className="account">
      <span className="soft ellipsis" title={words.session.signedIn(owner)}>
        {owner}
      </span>
      <Button className="button-small" onClick={onLeave}>
        {words.session.leave}
      </Button>
    </div>
  );
}
