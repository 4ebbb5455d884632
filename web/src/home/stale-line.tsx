/** Shown once the service has a newer build of the page: parts that this one has not loaded yet are gone. */
import { stale } from "../lib/stale";
import { useStore } from "../lib/store";
import { words } from "../lib/words";
import { reload } from "../ui/boundary";
import { Button } from "../ui/button";

export function StaleLine() {
  if (!useStore(stale)) return null;
  return (
    <output className="offline-line">
      {words.parts.stale}
      <Button className="button-small" icon="retry" onClick={reload}>
        {words.parts.reload}
      </Button>
    </output>
  );
}
