"""Starts Chromium, and prepares a service without tokens and with many files for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from playwright.sync_api import Browser, sync_playwright

from bench.databases import insert
from bench.rows.pages import documents
from bench.running import Stores
from dev.chromium import find_chromium


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a Chromium without a profile. Raises RuntimeError if there is none on this machine."""
    program = find_chromium()
    if program is None:
        raise RuntimeError("no Chromium on this machine: `make test` says how to install one")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def without_tokens(given: Stores, **more: str) -> Stores:
    """Return the same stores for a service that asks for no token, with `more` in its environment."""
    return replace(given, environment={**given.environment, "AUTH_MODE": "open", **more})


def fill(given: Stores, files: int, *, database: str | None = None) -> None:
    """Write the records of the local user's files, without any objects."""
    rows = ({**document, "owner": "local"} for document in documents(files))
    insert(given.settings, "files", rows, database=database)
