/** Shown while the browser has no network: calm, because nothing is lost. */
import { words } from "./lib/words";
import { Icon } from "./ui/icon";

export function OfflineLine() {
  return (
    <p className="offline-line">
      <Icon name="offline" />
      {words.app.offline}
    </p>
  );
}
