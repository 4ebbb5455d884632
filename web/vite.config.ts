import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defaultClientConditions } from "vite";
import { defineConfig } from "vitest/config";

const MEDIA_WORKER = "src/features/player/worker/";
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/v1": "http://127.0.0.1:5000", "/api": "http://127.0.0.1:5000" } },
  resolve: {
    // The kit is read from its sources, so that nothing has to be built before the page.
    conditions: ["@moodrop/source", ...defaultClientConditions],
    // face-api as it is without the TensorFlow.js of its own, on the small part of it that it calls.
    alias: [
      { find: /^@vladmandic\/face-api$/, replacement: "@vladmandic/face-api/dist/face-api.esm-nobundle.js" },
      { find: /^@tensorflow\/tfjs(-backend-(webgl|wasm))?\/dist\/index\.js$/, replacement: here("src/features/face-mood/tensors.ts") },
    ],
  },
  build: {
    target: "es2023",
    // For scripts/check-size.mjs: which chunk loads which.
    manifest: true,
    // The page's CSP allows no inline script and no data: URL but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { page: "index.html", "media-worker": `${MEDIA_WORKER}media-worker.ts` },
      output: {
        // A service worker is known by its address, and sees what lies below it.
        entryFileNames: ({ name }) => (name === "media-worker" ? "[name].js" : "assets/[name]-[hash].js"),
        // What the first load needs comes as one file: in ten it packs 5 % worse, and asks ten times.
        codeSplitting: { groups: [{ name: "page", tags: ["$initial"], test: (id) => !id.includes(MEDIA_WORKER) }] },
      },
    },
  },
  test: {
    environment: "jsdom",
    // One jsdom for many files: making it anew for each was three quarters of the time. setup.ts cleans up after each test.
    isolate: false,
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    testTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    unstubGlobals: true,
  },
});
