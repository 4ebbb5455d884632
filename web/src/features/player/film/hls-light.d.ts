/** hls.js has no types of its own for its build without alternate audio, subtitles and protection. */
declare module "hls.js/light" {
  export * from "hls.js";
  export { default as Hls } from "hls.js";
}
