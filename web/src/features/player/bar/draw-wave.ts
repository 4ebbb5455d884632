/** wavesurfer.js within the page's content security policy: its style sheet is adopted, not inlined. */
import WaveSurfer from "wavesurfer.js";

/** Draw the waveform. It makes no sound and is moved from outside. */
export function drawWave(place: HTMLElement, peaks: Float32Array, duration: number): WaveSurfer {
  // Outside the page a <style> is plain text, which the policy allows.
  const container = document.createElement("div");
  const { color, borderTopColor } = getComputedStyle(place);
  const wave = WaveSurfer.create({
    container,
    peaks: [peaks],
    duration,
    progressColor: color,
    waveColor: borderTopColor,
    height: place.clientHeight,
    barWidth: 2,
    barGap: 1.5,
    barRadius: 1,
    barMinHeight: 2,
    cursorWidth: 0,
    normalize: true,
    interact: false,
    hideScrollbar: true,
  });
  adoptStyle(wave.getWrapper().getRootNode());
  place.replaceChildren(container);
  return wave;
}

function adoptStyle(root: Node): void {
  if (!(root instanceof ShadowRoot)) return;
  const written = root.querySelector("style");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(written?.textContent ?? "");
  root.adoptedStyleSheets = [sheet];
  written?.remove();
}
