/** Judges faces with face-api on WebAssembly. Loaded on first use, from our own origin only. */
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import { setBackend, type io } from "@tensorflow/tfjs-core";
import {
  FaceExpressionNet,
  TinyFaceDetector,
  TinyFaceDetectorOptions,
  extractFaceTensors,
  tf,
  type FaceDetection,
  type FaceExpressions,
  type TNetInput,
} from "@vladmandic/face-api";
import expressionManifest from "@vladmandic/face-api/model/face_expression_model-weights_manifest.json?raw";
import expressionWeights from "@vladmandic/face-api/model/face_expression_model.bin?url";
import detectorManifest from "@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json?raw";
import detectorWeights from "@vladmandic/face-api/model/tiny_face_detector_model.bin?url";
import type { FrameFaces } from "./verdict";

export interface Judge {
  /** The expressions of each face in the picture. */
  judgeFrame: (picture: ImageData) => Promise<FrameFaces>;
}

/** Pixels across: 416 finds faces at arm's length and beyond, 224 a face that fills the picture. */
const SIZES = [416, 224];

setWasmPaths({
  "tfjs-backend-wasm-simd.wasm": simdWasm,
  "tfjs-backend-wasm.wasm": plainWasm,
  // Threads need a cross-origin isolated page, and this page shows media from the store.
  "tfjs-backend-wasm-threaded-simd.wasm": simdWasm,
});

/** Load the model. Rejects if one of its files cannot be loaded, or if `signal` is aborted before. */
export async function loadJudge(signal: AbortSignal): Promise<Judge> {
  if (!(await setBackend("wasm"))) throw new Error("no WebAssembly backend");
  const detector = new TinyFaceDetector();
  const expressions = new FaceExpressionNet();
  const [detectorMap, expressionMap] = await Promise.all([
    weights(detectorWeights, detectorManifest, signal),
    weights(expressionWeights, expressionManifest, signal),
  ]);
  detector.loadFromWeightMap(detectorMap);
  expressions.loadFromWeightMap(expressionMap);

  return {
    async judgeFrame(picture) {
      const tensor = tf.browser.fromPixels(picture);
      const faces = await extractFaceTensors(tensor, await facesIn(detector, tensor));
      try {
        return await Promise.all(faces.map((face) => expressionsOf(expressions, face)));
      } finally {
        for (const used of [tensor, ...faces]) used.dispose();
      }
    },
  };
}

async function facesIn(detector: TinyFaceDetector, picture: TNetInput): Promise<FaceDetection[]> {
  for (const inputSize of SIZES) {
    const faces = await detector.locateFaces(picture, new TinyFaceDetectorOptions({ inputSize, scoreThreshold: 0.5 }));
    if (faces.length > 0) return faces;
  }
  return [];
}

async function expressionsOf(net: FaceExpressionNet, face: TNetInput): Promise<FaceExpressions> {
  const expressions = await net.predictExpressions(face);
  if (Array.isArray(expressions)) throw new Error("one face, one answer");
  return expressions;
}

async function weights(address: string, manifest: string, signal: AbortSignal) {
  const groups: { weights: io.WeightsManifestEntry[] }[] = JSON.parse(manifest);
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  const entries = groups.flatMap((group) => group.weights);
  return tf.io.decodeWeights(await answer.arrayBuffer(), entries);
}
