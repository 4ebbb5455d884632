"""Requests that the service has signed, and when they expire."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from moodrop.calls.parsing import parse
from moodrop.errors import ServerUnknown
from moodrop.model import UploadChecksum

# A request that is sent this shortly before its URL expires may arrive too late.
MARGIN_S = 2.0
# A store's URLs and headers are far shorter.
LONGEST_URL = 16 * 1024
MOST_HEADERS = 64
LONGEST_HEADER = 8 * 1024
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
# The characters of a URL. No backslash: browsers take it for a slash, other clients do not.
URL = re.compile(r"[!-\[\]-~]+")
# Headers of the connection, which only the client sets, and headers that identify someone.
NEVER_SIGNED = frozenset(
    {
        *("authorization", "cookie", "proxy-authorization"),
        *("connection", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request to the store. Its headers are signed and sent unchanged. `expires_s` is a time.monotonic()."""

    url: str
    headers: dict[str, str]
    expires_s: float

    def __post_init__(self) -> None:
        """Raise ServerUnknown if the request is not valid: the service may be hostile."""
        check_url(self.url)
        if len(self.headers) > MOST_HEADERS or not all(_is_header(*pair) for pair in self.headers.items()):
            raise ServerUnknown("the service asks for headers that no store needs")

    @property
    def is_expired(self) -> bool:
        """Whether the URL has expired, or will before a request arrives."""
        return time.monotonic() >= self.expires_s - MARGIN_S


def check_url(url: str) -> None:
    """Raise ServerUnknown unless the URL is a complete http or https address without a user."""
    if not is_web_address(url):
        # The query may hold a signature, and this message may end up in a log.
        address = url.partition("?")[0]
        raise ServerUnknown(f"the service gave an address that no store can have: {address!r:.200}")


def is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_complete and "@" not in parts.netloc and len(url) <= LONGEST_URL and URL.fullmatch(url) is not None


def _is_header(name: str, value: str) -> bool:
    if name.lower() in NEVER_SIGNED or len(name) + len(value) > LONGEST_HEADER:
        return False
    return HEADER_NAME.fullmatch(name) is not None and HEADER_VALUE.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A signed part, as the API sends it."""

    part_number: int
    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedTransfer:
    """The `transfer` of a started upload, as the API sends it: one signed request, or signed parts."""

    kind: str
    url: str | None = None
    headers: dict[str, str] | None = None
    expires_at: datetime | None = None
    part_size_bytes: int | None = None
    part_count: int | None = None
    part_checksum_algorithm: UploadChecksum | None = None
    parts: tuple[SignedPart, ...] = ()


@dataclass(frozen=True, slots=True)
class StartedUpload:
    """The response to starting an upload, and to asking for its URLs."""

    upload_id: str
    server_time: datetime
    transfer: SignedTransfer

    @classmethod
    def of(cls, content: Any) -> Self:
        return parse(cls, content)

    @property
    def put(self) -> SignedRequest:
        """The request for a file that is sent in one piece. Raises ServerUnknown if there is none."""
        transfer = self.transfer
        if transfer.url is None or transfer.expires_at is None:
            raise ServerUnknown(f"no URL for a transfer of kind {transfer.kind}")
        return SignedRequest(transfer.url, transfer.headers or {}, local_expiry(transfer.expires_at, self.server_time))

    @property
    def parts(self) -> dict[int, SignedRequest]:
        """The requests for the parts, by part number."""
        return {
            part.part_number: SignedRequest(part.url, part.headers, local_expiry(part.expires_at, self.server_time))
            for part in self.transfer.parts
        }


@dataclass(frozen=True, slots=True)
class SignedDownload:
    """The signed URL of a file, as the API sends it."""

    url: str
    headers: dict[str, str]
    expires_at: datetime
    server_time: datetime

    @property
    def request(self) -> SignedRequest:
        return SignedRequest(self.url, self.headers, local_expiry(self.expires_at, self.server_time))


def local_expiry(expires_at: datetime, server_time: datetime) -> float:
    """Return the expiry as a time.monotonic(), by the server's clock: this machine's clock may be wrong."""
    return time.monotonic() + (expires_at - server_time).total_seconds()
