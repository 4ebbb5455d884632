"""Drives a published Uppy in a page, as a person would with its buttons, and reads its events."""

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

    def _until(self, holds: str, argument: object = None) -> None:
        # Playwright's wait_for_function evaluates strings in the page, which the service's policy forbids.
        end = monotonic() + WAIT_S
        while not self.page.evaluate(holds, argument):
            assert monotonic() < end, f"{holds} of {argument}: {self.page.evaluate('() => window.seen')}"
            self.page.wait_for_timeout(50)

    def start(self, s3: dict[str, Any], **options: Any) -> None:
        """Create an Uppy with these options for AwsS3, and others of page.js."""
        self.page.evaluate("options => window.start(options)", {"s3": s3, **options})

    def at(self, endpoint: str, **options: Any) -> dict[str, Any]:
        """Return the options of AwsS3 for a Companion at that address: one request at a time, for tests to count."""
        name = "endpoint" if self.major == "v5" else "companionEndpoint"
        return {name: endpoint, "limit": 1, **options}

    def add(self, files: Sequence[Path]) -> None:
        self.page.set_input_files("#files", [str(file) for file in files])

    def upload(self) -> None:
        """Start uploading; the events go to `seen`."""
        self.do("upload")

    def do(self, method: str, *arguments: Any) -> None:
        """Call a method of Uppy without waiting for its result."""
        self.page.evaluate(
            "([method, args]) => { Promise.resolve(uppy[method](...args)).catch(() => {}) }", [method, list(arguments)]
        )

    def sees(self, name: str, times: int = 1) -> list[Any]:
        """Wait until Uppy has emitted this many events of that name; return the details of the last one."""
        count = "([name, times]) => seen.filter(one => one[0] === name).length >= times"
        self._until(count, [name, times])
        details: list[Any] = self.page.evaluate("name => seen.filter(one => one[0] === name).at(-1)[1]", name)
        return details

    def arrives(self, files: int = 1) -> Any:
        """Wait until this many files were sent; return Uppy's last answer to the app."""
        return self.sees("upload-success", files)[1]

    def fails(self) -> str:
        """Wait until Uppy reports an error; return its message."""
        message: str = self.sees("upload-error")[1]["error"]
        return message
