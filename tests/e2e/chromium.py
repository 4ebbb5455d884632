"""Chromium as the tests start it, and pages that tell of what went wrong in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Page

from dev.chromium import find_chromium

# --no-sandbox: containers run as root. The others keep it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


@contextmanager
def chromium(kind: BrowserType, *flags: str) -> Iterator[Browser]:
    """A browser with these flags too; needs Chromium to be there."""
    running = kind.launch(executable_path=str(find_chromium()), args=[*FLAGS, *flags])
    try:
        yield running
    finally:
        running.close()


@contextmanager
def fresh_page(browser: Browser, *, errors_allowed: bool = False, **options: Any) -> Iterator[Page]:
    """A page in a profile of its own, with these options of Playwright's `new_context`.

    In the end, AssertionError where the content security policy refused something, or a script error went unheard
    (unless these are allowed).
    """
    context = browser.new_context(**{"locale": "en-GB", **options})
    wrong = list[str]()

    def note_refusal(line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            wrong.append(line.text)

    try:
        page = context.new_page()
        page.on("console", note_refusal)
        if not errors_allowed:
            page.on("pageerror", lambda error: wrong.append(str(error)))
        # From the start: taken over only as a test asks for it, a chooser can be there (and cancelled) before.
        page.on("filechooser", lambda _: None)
        yield page
    finally:
        context.close()
    assert wrong == []
