import { afterEach, expect, test, vi } from "vitest";
import { aSong } from "../../../testing/builders";
import { passTime, silence, stopClock } from "../../../testing/clock";
import { readTags, type Tags } from "./read-tags";

afterEach(() => vi.useRealTimers());

/** A file on a disk, or in a cloud's folder, that has fallen silent. */
function aSilentFile(): File {
  const file = aSong();
  const read = { slice: () => read, stream: () => new ReadableStream({ pull: silence }), arrayBuffer: silence };
  return Object.assign(file, read);
}

test("a file that cannot be read to its end has no tags, after four seconds", async () => {
  const { type, name } = aSong();
  // Its reader is a part of the page that comes by the network.
  await readTags(aSong(), type, name);
  stopClock();
  const done = vi.fn<(tags: Tags) => void>();

  void readTags(aSilentFile(), type, name).then(done);
  await passTime(1900);
  expect(done).not.toHaveBeenCalled();
  await passTime(200);

  expect(done).toHaveBeenCalledExactlyOnceWith({});
});
