/** The place of a row above the library: nothing, or exactly as high as the row will be. */
import { useState } from "react";
import { lazyPart } from "../../../ui/lazy-part";
import type { HomeRowProps } from "./home-row";
import { hadRow } from "./had-row";
import "./rows-slot.css";

const HomeRow = lazyPart<HomeRowProps>(async () => (await import("./home-row")).loadRow(), { quiet: true });

/** Its key is the mood. */
export function RowsSlot(props: Omit<HomeRowProps, "hasPlace">) {
  const [hasPlace] = useState(() => hadRow(props.mood));
  return (
    <div className="rows-slot" data-place={hasPlace || undefined}>
      <HomeRow {...props} hasPlace={hasPlace} />
    </div>
  );
}
