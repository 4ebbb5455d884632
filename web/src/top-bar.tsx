/** The slim bar at the top: the name, and at its end whatever the page puts there. */
import type { ReactNode } from "react";
import { LanguageChooser } from "./language-chooser";
import { words } from "./lib/words";
import { Logo } from "./ui/logo";

export function TopBar({ children }: { children?: ReactNode }) {
  return (
    <header className="top-bar">
      <h1 className="top-bar-name">
        <Logo size={28} />
        {words.app.name}
      </h1>
      <div className="top-bar-end">
        <LanguageChooser />
        {children}
      </div>
    </header>
  );
}
