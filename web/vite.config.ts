import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/v1": "http://127.0.0.1:5000" } },
  build: {
    target: "es2023",
    // The page's CSP allows no inline script and no data: URL but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    testTimeout: 20_000,
    unstubGlobals: true,
  },
});
