/** Shown at an address that is no view: what is wrong, and the way back. Also where files were shared in vain. */
import { useTitle } from "../lib/use-title";
import { words } from "../lib/words";
import { PlaceLink } from "../ui/place-link";
import { Shape } from "../ui/shape";
import "./unknown-page.css";

export default function UnknownPage() {
  const { title, hint } = wordsFor(location);
  useTitle(title);

  return (
    <section className="unknown-page" aria-labelledby="unknown-page">
      <span className="unknown-page-shape" data-hue="sad">
        <Shape name="drop" size={44} />
      </span>
      <h2 id="unknown-page">{title}</h2>
      <p className="soft">{hint}</p>
      <PlaceLink className="button button-primary" to="/">
        {words.page.back}
      </PlaceLink>
    </section>
  );
}

/** Shared files come to this address if no service worker takes them: none is there yet, or the server wants none. */
function wordsFor({ pathname, search }: Location) {
  const { unknownPage } = words;
  if (pathname !== "/share") return unknownPage;
  return new URLSearchParams(search).get("worker") === "off" ? unknownPage.unshared : unknownPage.shared;
}
