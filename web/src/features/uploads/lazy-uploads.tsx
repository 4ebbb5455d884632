/** The uploads, loaded after the first look at the library. */
import { lazy, Suspense, useEffect, type ComponentType } from "react";
import { announce } from "../../lib/announce";
import { words } from "../../lib/words";
import type { UploadsProps } from "./uploads";

const Uploads = lazy<ComponentType<UploadsProps>>(() =>
  import("./uploads").then(
    ({ Uploads: loaded }) => ({ default: loaded }),
    () => ({ default: NoUploads }),
  ),
);

export function LazyUploads(props: UploadsProps) {
  return (
    <Suspense>
      <Uploads {...props} />
    </Suspense>
  );
}

/** Where the code cannot be loaded, the first choice of files says so. */
function NoUploads({ chosen, onTaken }: UploadsProps) {
  useEffect(() => {
    if (chosen.length === 0) return;
    announce(words.problems.unreachable.detail, { shown: true });
    onTaken();
  }, [chosen, onTaken]);
  return null;
}
