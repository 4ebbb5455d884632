"""The page's policy in a browser: no inline code runs, stored data grants no access, no stored file becomes a page."""

import json
import re
from collections.abc import Callable

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for
from tests.e2e.songs import send
from tests.e2e.views import VIEWS
from tests.e2e.world import World

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(900)]

# If either ran, it would leave a mark on the window that opened it.
EVIL_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.documentElement.id = "ran"</script></svg>'
EVIL_HTML = b'<!doctype html><script>document.documentElement.id = "ran"</script>'
BROWSER_STORAGE = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"


def policy_of(service: Service) -> dict[str, list[str]]:
    header = urllib3.request("GET", service.url).headers["Content-Security-Policy"]
    return {name: values for name, *values in (part.split() for part in header.split(";"))}


def test_the_policy_lets_nothing_inline_run(world: World) -> None:
    """Besides the page's own files, only WebAssembly is allowed, for reading faces."""
    policy = policy_of(world.full)

    allowed = {value for values in policy.values() for value in values}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] in (["'self'"], ["'self'", "'wasm-unsafe-eval'"])
    assert policy["style-src"] == ["'self'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert policy["trusted-types"] == ["default"]
    assert allowed.isdisjoint({"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"})


def test_the_policy_is_at_work(browser: Browser, world: World) -> None:
    """Without it, a script and a style in the page's own HTML would run."""
    page = browser.new_page()
    page.goto(world.full.url)

    page.evaluate("""() => {
      const script = document.createElement("script");
      script.append("globalThis.ran = true");  // to set its text is refused already: see Trusted Types below
      const style = Object.assign(document.createElement("style"), { textContent: "h1 { display: none }" });
      document.head.append(script, style);
    }""")

    assert page.evaluate("globalThis.ran") is None
    expect(page.get_by_role("heading", name="Moodrop")).to_be_visible()
    page.close()


def test_no_text_becomes_markup_and_no_foreign_script_a_worker(browser: Browser, world: World) -> None:
    """Trusted Types: otherwise a file's title could run as a script if the page ever treated it as HTML."""
    page = browser.new_page()
    page.goto(world.full.url)
    expect(page.get_by_role("heading", name="Moodrop")).to_be_visible()

    refused = page.evaluate("""() => {
      const tries = {
        markup: () => { document.createElement("div").innerHTML = "<b>bold</b>"; },
        document: () => { document.write("<b>bold</b>"); },
        script: () => { document.createElement("script").src = "https://evil.example/a.js"; },
        worker: () => { new Worker("https://evil.example/a.js"); },
        policy: () => { trustedTypes.createPolicy("another", { createHTML: (text) => text }); },
      };
      return Object.keys(tries).filter((name) => {
        try { tries[name](); return false; } catch (error) { return error instanceof TypeError; }
      });
    }""")

    assert refused == ["markup", "document", "script", "worker", "policy"]
    page.close()


def test_what_is_kept_in_the_browser_opens_no_door(page: Page, flowing: World) -> None:
    """After uploading and playing, it stores neither tokens nor signed URLs."""
    VIEWS["uploading"](page, flowing)
    page.get_by_role("button", name="Play Golden Hour").first.click()
    expect(page.get_by_role("region", name="Player")).to_be_visible()

    stored = page.evaluate(BROWSER_STORAGE)

    assert re.search("token|bearer|x-amz|signature|secret", stored, re.IGNORECASE) is None, json.loads(stored)


@pytest.mark.parametrize(
    ("filename", "content_type", "body"),
    [
        ("song.svg", "image/svg+xml", EVIL_SVG),
        ("song.html", "text/html", EVIL_HTML),
        ("song.mp3", "audio/mpeg", EVIL_HTML),
        ("song.png", "image/png", EVIL_SVG),
    ],
)
def test_a_page_in_disguise_is_never_rendered(
    page: Page,
    minio: Store,
    mongod: MongodServer,
    serve: Callable[..., Service],
    filename: str,
    content_type: str,
    body: bytes,
) -> None:
    """Even if all types are allowed and it is requested inline, it is saved or shown as its declared type."""
    kinds = ("audio/*", "image/*", "text/html")
    service = serve(settings_for(minio, mongod, allowed_content_types=kinds))
    file_id = send(service, body, filename, content_type)
    asked = f"{service.url}/v1/files/{file_id}/download?redirect=1&disposition=inline"
    answer = urllib3.request("GET", asked, redirect=True)

    page.goto("about:blank")
    page.evaluate("(url) => { open(url); }", asked)
    page.wait_for_timeout(1500)  # give anything that would run the time to run
    opened = [other for other in page.context.pages if other is not page]

    if content_type in ("image/svg+xml", "text/html"):
        assert answer.headers["Content-Disposition"].startswith("attachment")
    else:
        assert answer.headers["Content-Type"] == content_type
    assert [other.evaluate("document.documentElement.id") for other in opened if other.url != "about:blank"] in (
        [],
        [""],
    )
