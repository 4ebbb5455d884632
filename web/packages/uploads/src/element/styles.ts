/** The element's look: the page's colours and measures, each of which a custom property changes. */

const CSS = `
:host { display: block; color-scheme: inherit; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; padding: 0; }
[hidden] { display: none !important; }
.uploader {
  --bg: var(--moodrop-background, light-dark(#fffdfa, #201d1a));
  --sunken: var(--moodrop-sunken, light-dark(#f2ede5, #2a2622));
  --line: var(--moodrop-line, light-dark(#948a7c, #7d7468));
  --text: var(--moodrop-text, light-dark(#272219, #f4efe7));
  --soft: var(--moodrop-text-soft, light-dark(#665e52, #b0a698));
  --accent: var(--moodrop-accent, var(--text));
  --alarm: var(--moodrop-alarm, light-dark(#a8321f, #ff9d8a));
  --radius: var(--moodrop-radius, 14px);
  display: grid; gap: 12px; padding: 16px; border-radius: var(--radius);
  background: var(--bg); color: var(--text); font: 0.9375rem/1.45 var(--moodrop-font, system-ui, sans-serif);
}
.drop { display: grid; justify-items: center; gap: 10px; padding: 24px 16px; border: 2px dashed var(--line); border-radius: var(--radius); text-align: center; }
[data-over] > .drop { border-style: solid; border-color: var(--accent); background: var(--sunken); }
.prompt { font-weight: 600; overflow-wrap: anywhere; }
.soft, .note, .summary { color: var(--soft); font-size: 0.8125rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.button { min-block-size: 40px; padding: 8px 18px; border-radius: 999px; font-weight: 600; box-shadow: inset 0 0 0 1px var(--line); }
.primary { background: var(--accent); color: var(--bg); box-shadow: none; justify-self: start; }
.drop .primary { justify-self: center; }
.small { min-block-size: 36px; padding: 4px 12px; font-size: 0.8125rem; }
.icon-button { display: grid; place-items: center; flex: none; inline-size: 36px; block-size: 36px; border-radius: 50%; color: var(--soft); }
button:hover { opacity: 0.85; }
.icon-button:hover { background: var(--sunken); color: var(--text); opacity: 1; }
:focus-visible, .mood-key:has(:focus-visible) { outline: 2px solid var(--text); outline-offset: 2px; }
.icon { inline-size: 18px; block-size: 18px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.filled { fill: currentColor; }
fieldset { border: 0; min-inline-size: 0; }
legend { font-weight: 600; margin-block-end: 8px; }
.mood-keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(96px, 1fr)); gap: 8px; }
.mood-key { --hue: 340; --chroma: 0.09; position: relative; display: flex; align-items: center; justify-content: center; gap: 8px; min-block-size: 48px;
  padding: 8px 12px; border-radius: var(--radius); box-shadow: inset 0 0 0 1px var(--line); font-weight: 600; cursor: pointer;
  color: light-dark(oklch(0.48 var(--chroma) var(--hue)), oklch(0.84 var(--chroma) var(--hue))); }
.mood-key[data-hue="happy"] { --hue: 70; --chroma: 0.13; }
.mood-key[data-hue="sad"] { --hue: 279; --chroma: 0.13; }
.mood-key[data-hue="neutral"] { --hue: 158; --chroma: 0.055; }
.mood-key input { position: absolute; inset: 0; opacity: 0; cursor: pointer; }
.mood-key:has(:checked), .mood-key[data-over] { box-shadow: inset 0 0 0 3px currentColor; }
[data-over] .mood-key { min-block-size: 88px; }
.mood-key[data-over] { background: var(--sunken); }
.dot { inline-size: 12px; block-size: 12px; border-radius: 50%; background: currentColor; }
.rows { display: grid; list-style: none; }
.row { display: grid; gap: 4px; padding-block: 8px; border-block-start: 1px solid var(--line); justify-items: start; }
.head { display: flex; align-items: center; gap: 4px; inline-size: 100%; min-block-size: 36px; }
.name { flex: 1; min-inline-size: 0; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tick { display: grid; place-items: center; inline-size: 36px; }
progress { appearance: none; inline-size: 100%; block-size: 6px; border: 0; border-radius: 3px; background: var(--sunken); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--sunken); }
progress::-webkit-progress-value { background: var(--accent); border-radius: 3px; }
progress::-moz-progress-bar { background: var(--accent); border-radius: 3px; }
.failure { display: grid; gap: 8px; justify-items: start; overflow-wrap: anywhere; }
.failure p:first-child, [data-status="failed"] .note { color: var(--alarm); }
.visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) {
  .button, .mood-key { border: 1px solid ButtonBorder; }
  .mood-key:has(:checked) { border: 3px solid Highlight; }
  progress { border: 1px solid CanvasText; }
  progress::-webkit-progress-value { background: Highlight; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** One sheet for all elements of the page. A page's style-src does not concern it. */
export function styleSheet(): CSSStyleSheet {
  if (sheet) return sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
