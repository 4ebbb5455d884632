"""Starts Chromium for the tests, and opens pages that report their errors."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Self

from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Error, Page, sync_playwright

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


class RunningChromium:
    """A browser for many tests, which starts anew if it was lost or is to be forgotten."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._browser: Browser | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.forget()
            playwright = self._opened.enter_context(sync_playwright())
            self._browser = self._opened.enter_context(chromium(playwright.chromium))
        return self._browser

    def forget(self) -> None:
        self._browser = None
        with suppress(Error):
            self._opened.close()


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
