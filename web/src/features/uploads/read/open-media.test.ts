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

test("a film whose frame the browser never hands out has none", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("URL", AddressesOfFiles);
  vi.spyOn(HTMLMediaElement.prototype, "src", "set").mockReturnValue(undefined);
  vi.spyOn(HTMLMediaElement.prototype, "readyState", "get").mockReturnValue(HTMLMediaElement.HAVE_ENOUGH_DATA);
  vi.spyOn(HTMLVideoElement.prototype, "videoWidth", "get").mockReturnValue(640);
  vi.spyOn(HTMLVideoElement.prototype, "videoHeight", "get").mockReturnValue(360);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of it that is used here
  const canvas = { fillRect: () => undefined, drawImage: () => undefined } as never;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(canvas);
  const handedOut = vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockReturnValue(undefined);
  const reported = vi.fn<(facts: unknown) => void>();

  void readFilm(new Blob()).then(reported);
  await vi.advanceTimersByTimeAsync(5000);

  expect(handedOut).toHaveBeenCalled();
  expect(reported).toHaveBeenCalledExactlyOnceWith({});
});

test("a sound without a length has none", async () => {
  vi.stubGlobal("URL", AddressesOfFiles);
  vi.spyOn(HTMLMediaElement.prototype, "readyState", "get").mockReturnValue(HTMLMediaElement.HAVE_METADATA);
  vi.spyOn(HTMLMediaElement.prototype, "duration", "get").mockReturnValue(Infinity);

  await expect(readSound(new Blob())).resolves.toEqual({});
});
