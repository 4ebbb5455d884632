/** Shown while the browser has no network. */
import { words } from "../lib/words";
import { Icon } from "../ui/icon";

export function OfflineLine() {
  return (
    <p className="offline-line">
      <Icon name="offline" />
      {words.app.offline}
    </p>
  );
}
