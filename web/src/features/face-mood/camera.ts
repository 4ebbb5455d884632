/** The camera: on for as long as it is needed, and not a moment longer. */
import { FaceTrouble, type FaceTroubleKind } from "./face-trouble";

/** Small is enough: the model reads at most 416 pixels. */
const CONSTRAINTS: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
};

/**
 * Show the camera in `video` while `run` works. The camera goes off when `run` ends in any way, and at once when `left`
 * is aborted, the page is hidden or the camera is unplugged; `run`'s signal is aborted then.
 *
 * @throws FaceTrouble
 */
export async function withCamera<T>(
  video: HTMLVideoElement,
  left: AbortSignal,
  run: (on: AbortSignal) => Promise<T>,
): Promise<T> {
  const stream = await open();
  const ending = new AbortController();
  const on = AbortSignal.any([left, ending.signal]);
  onceAborted(on, () => turnOff(stream, video));
  endWithPage(stream, ending, on);

  try {
    on.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    return await run(on);
  } catch (error) {
    on.throwIfAborted();
    throw error;
  } finally {
    ending.abort();
  }
}

async function open(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
  } catch (error) {
    throw new FaceTrouble(cameraTrouble(error));
  }
}

/** False on plain HTTP other than localhost: browsers offer no camera there. */
export function hasCameras(): boolean {
  return isSecureContext && "mediaDevices" in navigator;
}

export function cameraTrouble(error: unknown): FaceTroubleKind {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_camera";
    default:
      return "busy";
  }
}

function endWithPage(stream: MediaStream, ending: AbortController, signal: AbortSignal): void {
  const end = (kind: FaceTroubleKind) => ending.abort(new FaceTrouble(kind));
  const hidden = () => {
    if (document.hidden) end("left");
  };
  document.addEventListener("visibilitychange", hidden, { signal });
  for (const track of stream.getTracks()) track.addEventListener("ended", () => end("cut"), { signal });
  hidden();
}

function onceAborted(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener("abort", then, { once: true });
}

function turnOff(stream: MediaStream, video: HTMLVideoElement): void {
  for (const track of stream.getTracks()) track.stop();
  video.srcObject = null;
}
