import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cameraTrouble, withCamera } from "./camera";

/** A camera as the browser gives it: on until it is stopped. */
class CameraTrack extends EventTarget {
  readyState = "live";

  stop() {
    this.readyState = "ended";
  }
}

const track = new CameraTrack();
const stream = { getTracks: () => [track] };
const getUserMedia = vi.fn<() => Promise<typeof stream>>();
const video = document.createElement("video");
const nobodyLeft = new AbortController().signal;
const forEver = (on: AbortSignal) =>
  new Promise<never>((_, reject) => {
    on.addEventListener("abort", () => reject(new Error("stopped")));
  });

function hide(hidden: boolean) {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  track.readyState = "live";
  getUserMedia.mockResolvedValue(stream);
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
});
afterEach(() => hide(false));

describe("the camera is on while it is looked through, and off", () => {
  test("when the look is over", async () => {
    const during = await withCamera(video, nobodyLeft, () => Promise.resolve([track.readyState, video.srcObject]));

    expect(during).toEqual(["live", stream]);
    expect([track.readyState, video.srcObject]).toEqual(["ended", null]);
  });

  test("when the look fails", async () => {
    const reading = withCamera(video, nobodyLeft, () => Promise.reject(new Error("no canvas")));

    await expect(reading).rejects.toThrow("no canvas");
    expect([track.readyState, video.srcObject]).toEqual(["ended", null]);
  });

  test("at once when nobody waits any more", async () => {
    const leaving = new AbortController();
    const reading = withCamera(video, leaving.signal, forEver);
    await vi.waitFor(() => expect(video.srcObject).toBe(stream));

    leaving.abort();

    expect([track.readyState, video.srcObject]).toEqual(["ended", null]);
    await expect(reading).rejects.toHaveProperty("name", "AbortError");
  });

  test("at once when it was allowed too late", async () => {
    const leaving = new AbortController();
    const reading = withCamera(video, leaving.signal, forEver);
    leaving.abort();

    await expect(reading).rejects.toHaveProperty("name", "AbortError");
    expect([track.readyState, video.srcObject]).toEqual(["ended", null]);
  });

  test("at once when the page is hidden", async () => {
    const reading = withCamera(video, nobodyLeft, forEver);
    await vi.waitFor(() => expect(video.srcObject).toBe(stream));

    hide(true);

    expect(track.readyState).toBe("ended");
    await expect(reading).rejects.toHaveProperty("kind", "left");
  });

  test("when it is unplugged", async () => {
    const reading = withCamera(video, nobodyLeft, forEver);
    await vi.waitFor(() => expect(video.srcObject).toBe(stream));

    track.dispatchEvent(new Event("ended"));

    expect(video.srcObject).toBeNull();
    await expect(reading).rejects.toHaveProperty("kind", "cut");
  });
});

test("a page that is hidden later is no matter of a camera that is off", async () => {
  await expect(withCamera(video, nobodyLeft, () => Promise.resolve("seen"))).resolves.toBe("seen");

  expect(() => hide(true)).not.toThrow();
});

test.each([
  ["NotAllowedError", "refused"],
  ["SecurityError", "refused"],
  ["NotFoundError", "no_camera"],
  ["OverconstrainedError", "no_camera"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
])("%s means %s", async (name, kind) => {
  const error = new DOMException("", name);
  getUserMedia.mockRejectedValue(error);

  expect(cameraTrouble(error)).toBe(kind);
  await expect(withCamera(video, nobodyLeft, forEver)).rejects.toHaveProperty("kind", kind);
});
