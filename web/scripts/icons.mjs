// Draws the icons of the installed page from public/favicon.svg. Usage: npm run icons -- CHROMIUM
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const publicFolder = new URL("../public/", import.meta.url);
const mark = readFileSync(new URL("favicon.svg", publicFolder), "utf8");
/** How much of the side the mark takes: systems cut a maskable icon down to a circle of four fifths. */
const ICONS = [
  { name: "icon-192", side: 192, share: 0.86, background: "transparent" },
  { name: "icon-512", side: 512, share: 0.86, background: "transparent" },
  { name: "icon-maskable-512", side: 512, share: 0.56, background: "#faf7f2" },
  { name: "apple-touch-icon", side: 180, share: 0.72, background: "#faf7f2" },
];

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
for (const { name, side, share, background } of ICONS) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const size = Math.round(side * share);
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${background}"><div style="width:${size}px;height:${size}px">${mark}</div>`,
  );
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, publicFolder)), omitBackground: true });
}
await browser.close();
