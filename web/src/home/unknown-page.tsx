/** Shown at an address that is no view: what is wrong, and the way back. */
import { useEffect, type MouseEvent } from "react";
import { goTo } from "../lib/address";
import { words } from "../lib/words";
import { Shape } from "../ui/shape";
import "./unknown-page.css";

export default function UnknownPage() {
  const { title, hint } = words.unknownPage;
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · ${words.app.name}`;
    return () => {
      document.title = before;
    };
  }, [title]);

  return (
    <section className="unknown-page" aria-labelledby="unknown-page">
      <span className="unknown-page-shape" data-hue="sad">
        <Shape name="drop" size={44} />
      </span>
      <h2 id="unknown-page">{title}</h2>
      <p className="soft">{hint}</p>
      <a className="button button-primary" href="/" onClick={goHome}>
        {words.page.back}
      </a>
    </section>
  );
}

function goHome(event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  goTo("/");
}
