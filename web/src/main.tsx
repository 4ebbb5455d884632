import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { startSort } from "./features/files/list/last-sort";
import { trustOwnScripts } from "./lib/trusted-scripts";
import { startTheme } from "./lib/theme";
import { startLanguage } from "./lib/words";
import { startSongCovers } from "./ui/song-cover/start";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/contrast.css";

trustOwnScripts();
startTheme();
startSort();
startSongCovers();

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");

const root = createRoot(element);
// No top-level await: a language is a chunk that imports this one, so each would wait for the other.
void startLanguage().then(() =>
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
