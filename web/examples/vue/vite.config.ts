import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "moodrop-uploader" } } })],
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
