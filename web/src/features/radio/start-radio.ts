/** Starts a radio. Loaded when the first one is asked for. */
import type { Mood } from "../../lib/moods";
import type { FileRecord } from "../../lib/types";
import type { OriginOf } from "../player/queue/origin";
import type { Player } from "../player/use-player";
import { Radio } from "./radio";
import { loadRadioWords } from "./radio-words";

/** Rejects if its words do not load; anything else that fails it says itself. */
export async function startRadio(from: Mood | FileRecord, originOf: OriginOf, begin: Player["startRadio"]): Promise<void> {
  await loadRadioWords();
  if (typeof from !== "string") {
    // The song plays at once; the others are asked for while it does.
    return begin([from], new Radio({ file: from, origin: originOf(from.file_id) }));
  }
  const radio = new Radio({ mood: from });
  const files = await radio.more().catch(() => []);
  begin(files, radio);
}
