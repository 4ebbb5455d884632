"""Starts Chromium for the tests, and opens pages that report their errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Page

from dev.chromium import find_chromium

# --no-sandbox: containers run as root. Others stop background traffic.
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
    """Run a browser with additional flags; Chromium must be installed."""
    running = kind.launch(executable_path=str(find_chromium()), args=[*FLAGS, *flags])
    try:
        yield running
    finally:
        running.close()


@contextmanager
def fresh_page(browser: Browser, *, errors_allowed: bool = False, **options: Any) -> Iterator[Page]:
    """Open a page in its own profile, with options for Playwright's `new_context`.

    Raises AssertionError at the end if the content security policy refused something or a script failed, unless
    script errors are allowed.
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
        # From the start, because a chooser that opens before a test waits for it would be cancelled.
        page.on("filechooser", lambda _: None)
        yield page
    finally:
        context.close()
    assert wrong == []
