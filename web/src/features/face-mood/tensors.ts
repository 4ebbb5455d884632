/**
 * The part of TensorFlow.js that face-api calls, in place of the three packages that it imports (see vite.config.ts).
 * Listing it by name keeps the unused rest out of the download.
 */
import { browser as wholeBrowser, image as wholeImage, io as wholeIo } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";

export {
  Tensor,
  Variable,
  add,
  avgPool,
  batchNorm,
  cast,
  clipByValue,
  concat,
  conv2d,
  depthwiseConv2d,
  div,
  exp,
  expandDims,
  fill,
  matMul,
  maxPool,
  mul,
  pad,
  relu,
  reshape,
  scalar,
  separableConv2d,
  sigmoid,
  slice,
  slice3d,
  softmax,
  stack,
  sub,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tensor4d,
  tidy,
  tile,
  transpose,
  unstack,
  zeros,
} from "@tensorflow/tfjs-core";

export const browser = { fromPixels: wholeBrowser.fromPixels };
export const image = { resizeBilinear: wholeImage.resizeBilinear };
export const io = { decodeWeights: wholeIo.decodeWeights };
