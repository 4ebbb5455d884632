/** The element in one file, and its languages and worker beside it, for pages without a build. */
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    target: "es2023",
    outDir: "dist/standalone",
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: "dist/element.js",
      preserveEntrySignatures: "strict",
      output: { entryFileNames: "moodrop-uploader.js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "[name]-[hash].js" } } },
});
