import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // In this repository the kit stands beside another React.
  resolve: { dedupe: ["react", "react-dom"] },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
