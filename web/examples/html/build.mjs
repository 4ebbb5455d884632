// Copies the page, and the files of the kit that it names, to dist/. There is nothing to bundle.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("dist"), { recursive: true, force: true });
for (const name of ["index.html", "main.js"]) cpSync(here(name), here(`dist/${name}`));
cpSync(here("../../packages/uploads/dist/standalone"), here("dist/moodrop"), { recursive: true });
