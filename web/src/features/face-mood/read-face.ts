/** From the click to a mood: load what is needed, read frames from the camera, switch it off. */
import type { Mood } from "../../lib/moods";
import { loadPart } from "../../lib/stale";
import { sleep, withinTime } from "../../lib/wait";
import { hasCameras, withCamera } from "./camera";
import { FaceTrouble } from "./face-trouble";
import { FrameTaker } from "./frame";
import type { Judge } from "./judge";
import { conclude, progressOf, type FrameFaces, type Verdict } from "./verdict";

export type ReadingStep = { step: "loading" } | { step: "asking" } | { step: "looking"; progress: number };

export interface Reading {
  /** Shows the person what the camera sees. */
  video: HTMLVideoElement;
  moods: readonly Mood[];
  /** Aborted when nobody waits for the result any more. */
  left: AbortSignal;
  report: (step: ReadingStep) => void;
}

/** Between two frames, so that five frames span more than one blink. */
const PAUSE_MS = 150;

/** @throws FaceTrouble */
export async function readFace({ video, moods, left, report }: Reading): Promise<Verdict> {
  report({ step: "loading" });
  if (!hasCameras()) throw new FaceTrouble("insecure");
  // Load before the camera starts, so that it is on only while it is needed.
  const judge = await loadJudgeOnce();
  left.throwIfAborted();
  report({ step: "asking" });
  return withCamera(video, left, (on) => readFrames(judge, new FrameTaker(video), moods, on, report));
}

async function readFrames(
  judge: Judge,
  taker: FrameTaker,
  moods: readonly Mood[],
  on: AbortSignal,
  report: Reading["report"],
): Promise<Verdict> {
  const frames: FrameFaces[] = [];
  for (;;) {
    report({ step: "looking", progress: progressOf(frames) });
    frames.push(await taker.withFrame((picture) => judge.judgeFrame(picture)));
    const conclusion = conclude(frames, moods);
    if (typeof conclusion === "string") throw new FaceTrouble(conclusion);
    if (conclusion !== null) return conclusion;
    await sleep(PAUSE_MS, on);
  }
}

/** The model and what runs it are 0.7 MB as they are sent: what comes more slowly does not come. */
const MODEL_MS = 120_000;

let loaded: Promise<Judge> | null = null;

/** Return the model, loaded once a visit; try again after a failure. */
async function loadJudgeOnce(): Promise<Judge> {
  if (!(await mayRunWasm())) throw new FaceTrouble("no_wasm");
  loaded ??= loadPart(async () => (await import("./judge")).loadJudge(withinTime(MODEL_MS)), MODEL_MS);
  try {
    return await loaded;
  } catch {
    loaded = null;
    throw new FaceTrouble("no_model");
  }
}

/** The smallest module there is: a magic number and a version. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Return whether WebAssembly runs: some browsers switch it off, and a proxy's content security policy may forbid it. */
async function mayRunWasm(): Promise<boolean> {
  try {
    await WebAssembly.compile(EMPTY_MODULE);
    return true;
  } catch {
    return false;
  }
}
