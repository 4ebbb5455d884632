import { afterEach, expect, test, vi } from "vitest";
import { readFilm, readSound } from "./open-media";

/** jsdom implements no media. */
class AddressesOfFiles extends URL {
  static override createObjectURL = () => "blob:x";
  static override revokeObjectURL = () => undefined;
}

afterEach(() => vi.useRealTimers());

test.each([
  ["song", readSound],
  ["film", readFilm],
])("a %s of which the browser never says anything holds nobody up", async (_, read) => {
  vi.useFakeTimers();
  vi.stubGlobal("URL", AddressesOfFiles);
  vi.spyOn(HTMLMediaElement.prototype, "src", "set").mockReturnValue(undefined);
  const facts = read(new Blob());

  await vi.advanceTimersByTimeAsync(5000);

  await expect(facts).resolves.toEqual({});
});

test("a sound without a length has none", async () => {
  vi.stubGlobal("URL", AddressesOfFiles);
  vi.spyOn(HTMLMediaElement.prototype, "readyState", "get").mockReturnValue(HTMLMediaElement.HAVE_METADATA);
  vi.spyOn(HTMLMediaElement.prototype, "duration", "get").mockReturnValue(Infinity);

  await expect(readSound(new Blob())).resolves.toEqual({});
});
