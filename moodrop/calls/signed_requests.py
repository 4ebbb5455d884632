"""Requests that were signed for us, and how long they live."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from moodrop.calls.parsing import parse
from moodrop.errors import ServerUnknown
from moodrop.model import UploadChecksum

# A request that is sent this shortly before its URL dies may arrive after.
MARGIN_S = 2.0


# The URLs and headers of a store are far shorter.
LONGEST_URL = 16 * 1024
MOST_HEADERS = 64
LONGEST_HEADER = 8 * 1024
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
# The characters of a URL. A browser takes a backslash for a slash, and others do not.
URL = re.compile(r"[!-\[\]-~]+")
# Headers of the connection, which only we set, and headers that identify someone.
NEVER_SIGNED = frozenset(
    {
        *("authorization", "cookie", "proxy-authorization"),
        *("connection", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request to the store. Its headers were signed and are sent as they are; `dead_at` is of time.monotonic."""

    url: str
    headers: dict[str, str]
    dead_at: float

    def __post_init__(self) -> None:
        """Raise ServerUnknown if this is no valid request; the service may be hostile."""
        check_url(self.url)
        if len(self.headers) > MOST_HEADERS or not all(_is_header(*pair) for pair in self.headers.items()):
            raise ServerUnknown("the service asks for headers that no store needs")

    @property
    def is_alive(self) -> bool:
        return time.monotonic() < self.dead_at - MARGIN_S


def check_url(url: str) -> None:
    """Raise ServerUnknown unless the URL is a complete http or https address without a user."""
    if not is_web_address(url):
        # The query may hold a signature, and this message may end up in a log.
        told = url.partition("?")[0]
        raise ServerUnknown(f"the service gave an address that no store can have: {told!r:.200}")


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return known and "@" not in parts.netloc and len(url) <= LONGEST_URL and URL.fullmatch(url) is not None


def _is_header(name: str, value: str) -> bool:
    if name.lower() in NEVER_SIGNED or len(name) + len(value) > LONGEST_HEADER:
        return False
    return HEADER_NAME.fullmatch(name) is not None and HEADER_VALUE.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class PartAnswer:
    part_number: int
    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TransferAnswer:
    kind: str
    url: str | None = None
    headers: dict[str, str] | None = None
    expires_at: datetime | None = None
    part_size_bytes: int | None = None
    part_count: int | None = None
    part_checksum_algorithm: UploadChecksum | None = None
    parts: tuple[PartAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """What the start of an upload answers, and what asking for its URLs does."""

    upload_id: str
    server_time: datetime
    transfer: TransferAnswer

    @classmethod
    def of(cls, answer: Any) -> Self:
        return parse(cls, answer)

    @property
    def put(self) -> Signed:
        """The one request of a file that goes in one piece."""
        transfer = self.transfer
        if transfer.url is None or transfer.expires_at is None:
            raise ServerUnknown(f"no URL for a transfer of kind {transfer.kind}")
        return Signed(transfer.url, transfer.headers or {}, dead_at(transfer.expires_at, self.server_time))

    @property
    def parts(self) -> dict[int, Signed]:
        """Those of the parts, by part number."""
        rows = self.transfer.parts
        return {
            row.part_number: Signed(row.url, row.headers, dead_at(row.expires_at, self.server_time)) for row in rows
        }


@dataclass(frozen=True, slots=True)
class SignedDownload:
    """Where a file is to be had."""

    url: str
    headers: dict[str, str]
    expires_at: datetime
    server_time: datetime

    @property
    def signed(self) -> Signed:
        return Signed(self.url, self.headers, dead_at(self.expires_at, self.server_time))


def dead_at(expires_at: datetime, server_time: datetime) -> float:
    """When that is, of time.monotonic: by the server's clock, for this machine's may be wrong."""
    return time.monotonic() + (expires_at - server_time).total_seconds()
