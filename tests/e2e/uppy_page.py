"""Drives a published Uppy in a page, as a person would by its buttons, and tells what it told."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Page

WAIT_S = 40


@dataclass(frozen=True)
class UppyPage:
    """One page with one Uppy; `major` is v5 or v6."""

    page: Page
    major: str

    def open(self, address: str) -> None:
        self.page.goto(f"{address}/?{self.major}")
        self._ready()

    def reload(self) -> None:
        self.page.reload()
        self._ready()

    def _ready(self) -> None:
        self._until("() => window.ready === true")

    def _until(self, holds: str, said: object = None) -> None:
        # Playwright's own wait_for_function evaluates texts in the page, which the service's policy forbids.
        end = monotonic() + WAIT_S
        while not self.page.evaluate(holds, said):
            assert monotonic() < end, f"{holds} of {said}: {self.page.evaluate('() => window.seen')}"
            self.page.wait_for_timeout(50)

    def start(self, s3: dict[str, Any], **options: Any) -> None:
        """Make an Uppy with these options of its AwsS3, and what page.js knows besides."""
        self.page.evaluate("options => window.start(options)", {"s3": s3, **options})

    def at(self, endpoint: str, **options: Any) -> dict[str, Any]:
        """The options of its AwsS3 for a Companion at that address; one request at a time, so that tests may count."""
        name = "endpoint" if self.major == "v5" else "companionEndpoint"
        return {name: endpoint, "limit": 1, **options}

    def add(self, files: Sequence[Path]) -> None:
        self.page.set_input_files("#files", [str(file) for file in files])

    def upload(self) -> None:
        """Begin; what comes of it is in `seen`."""
        self.do("upload")

    def do(self, method: str, *arguments: Any) -> None:
        """Call a method of Uppy's, and wait for nothing."""
        self.page.evaluate(
            "([method, said]) => { Promise.resolve(uppy[method](...said)).catch(() => {}) }", [method, list(arguments)]
        )

    def sees(self, name: str, times: int = 1) -> list[Any]:
        """Wait until Uppy has told of so many events of that name; what it said with the last of them."""
        count = "([name, times]) => seen.filter(one => one[0] === name).length >= times"
        self._until(count, [name, times])
        said: list[Any] = self.page.evaluate("name => seen.filter(one => one[0] === name).at(-1)[1]", name)
        return said

    def arrives(self, files: int = 1) -> Any:
        """Wait until so many files were sent; the last answer that Uppy gave to its app."""
        return self.sees("upload-success", files)[1]

    def fails(self) -> str:
        """Wait until Uppy shows an error; its words."""
        words: str = self.sees("upload-error")[1]["error"]
        return words
