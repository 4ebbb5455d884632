import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Two pages. Both read the kit as it is published: from packages/uploads/dist.
export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { main: "index.html", uppy: "uppy.html" } },
  },
});
