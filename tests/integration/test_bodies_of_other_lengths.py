"""Bodies that end early or go on too long: only what was declared, to the byte, is confirmed."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import shake_128
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from service.companion.usecases.parts import complete, sign_parts
from service.companion.usecases.uploads import FileToCome, start_multipart
from service.ports import Ports
from service.settings import Settings
from service.shared.errors import MoodropError
from service.store.errors import StoreUnsafe
from service.store.model import PresignedRequest
from service.uploads.errors import PartChecksumRequired, PartMismatch, PartsMissing
from service.uploads.model import SignedParts
from service.uploads.usecases.confirming.confirm import confirm_upload
from service.uploads.usecases.starting.renew import renew_urls
from service.uploads.usecases.starting.signed_requests import PartRequest
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import ALICE, NO_METADATA, a_declaration, a_multipart, fetch, sha256_of
from tests.conftest import prepared_ports

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

LARGEST = 200_000
Sent = tuple[str, PresignedRequest, dict[str, str]]


def put(
    line: socket.socket, request: PresignedRequest, headers: Mapping[str, str], declared_length: int, body: bytes
) -> int:
    """Return the store's status for a PUT that declares one length and sends another; 0 for no answer."""
    url = urlsplit(request.url)
    lines = [f"PUT {url.path}?{url.query} HTTP/1.1", f"host: {url.netloc}", f"content-length: {declared_length}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if name != "content-length"]
    answer = b""
    with suppress(OSError):
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        line.sendall(body)
        if len(body) < declared_length:
            line.shutdown(socket.SHUT_WR)
        answer = line.recv(200)
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0


def sent(request: PresignedRequest, headers: Mapping[str, str], declared_length: int, body: bytes) -> int:
    url = urlsplit(request.url)
    with socket.create_connection((url.hostname, url.port), timeout=20) as line:
        return put(line, request, headers, declared_length, body)


def a_put(ports: Ports, body: bytes, *, digest: bool) -> Sent:
    changes: dict[str, Any] = {} if digest else {"checksum": None}
    upload, transfer = start_upload(ports, ALICE, a_declaration(body, **changes))
    assert isinstance(transfer, PresignedRequest)
    return upload.upload_id, transfer, dict(transfer.headers)


def a_part(ports: Ports, body: bytes, *, digest: bool) -> Sent:
    """Start a part whose URL binds its length; the store cannot check the digest of the whole file."""
    changes: dict[str, Any] = {} if digest else {"checksum": None}
    upload, [part] = a_multipart(ports, body=body, **changes)
    return upload.upload_id, part.request, dict(part.request.headers)


def a_bound_part(ports: Ports, body: bytes, *, digest: bool) -> Sent:
    """Start a part whose URL binds its bytes."""
    upload, _ = a_multipart(ports, body=body, part_checksum_algorithm="sha256")
    _, transfer = renew_urls(ports, ALICE, upload.upload_id, [PartRequest(1, sha256_of(body).value_base64)])
    assert isinstance(transfer, SignedParts)
    [part] = transfer.parts
    return upload.upload_id, part.request, dict(part.request.headers)


def a_bare_put(ports: Ports, body: bytes, *, digest: bool) -> Sent:
    """Start an upload without a declared size: the PUT's own Content-Length must be met."""
    upload, transfer = start_staged(ports, ALICE, f"uploads/alice/song {ports.new_id()}.mp3")
    return upload.upload_id, transfer, {"content-type": "audio/mpeg"}


def truncated(body: bytes, chance: Random) -> tuple[int, bytes]:
    """Lose the connection in the middle."""
    return len(body), body[: chance.randrange(len(body))]


def shorter(body: bytes, chance: Random) -> tuple[int, bytes]:
    """Send a shorter body with its true length."""
    cut = body[: chance.randrange(len(body))]
    return len(cut), cut


def longer(body: bytes, chance: Random) -> tuple[int, bytes]:
    """Send a longer body with its true length."""
    more = body + chance.randbytes(chance.randrange(1, 5000))
    return len(more), more


def overlong(body: bytes, chance: Random) -> tuple[int, bytes]:
    """Declare the right length but send more: the rest is not part of the body."""
    return len(body), body + chance.randbytes(chance.randrange(1, 5000))


def lying(body: bytes, chance: Random) -> tuple[int, bytes]:
    """Declare a longer length but send only the declared file."""
    return len(body) + chance.randrange(1, 5000), body


BENT = (truncated, shorter, longer, overlong, lying)


def assert_nothing_else_is_confirmed(
    ports: Ports, kind: Callable[..., Sent], number: int, report: Callable[[str, object], None]
) -> None:
    chance, seen, wrong = Random(19), Counter[tuple[str, int, str]](), list[str]()
    ways = (truncated, lying) if kind is a_bare_put else BENT
    for turn in range(number):
        body = shake_128(str(turn).encode()).digest(chance.choice((1, 2, 1000, chance.randrange(1, LARGEST))))
        way = ways[turn % len(ways)]
        try:
            upload_id, request, headers = kind(ports, body, digest=bool(turn // 5 % 2))
        except (PartChecksumRequired, StoreUnsafe) as refused:
            assert not ports.objects.refuses_half_bodies
            seen[way.__name__, refused.status, refused.code] += 1
            continue
        status = sent(request, headers, *way(body, chance))
        outcome = "none"
        try:
            file = confirm_upload(ports, ALICE, upload_id, NO_METADATA)
        except MoodropError as error:
            outcome = error.code
        else:
            outcome = "file"
            if file.size_bytes != len(body) or fetch(ports, file) != body:
                wrong.append(f"{way.__name__} {len(body)}: {status}, {file.size_bytes}")
        seen[way.__name__, status, outcome] += 1
        # After all that, the honest body is still taken, where nothing was.
        if outcome in MISSING and kind is not a_bare_put:
            sent(request, headers, len(body), body)
            file = confirm_upload(ports, ALICE, upload_id, NO_METADATA)
            if fetch(ports, file) != body:
                wrong.append(f"after {way.__name__} {len(body)}")

    report("outcomes", sorted(seen.items()))
    assert wrong == []
    # object_mismatch: VersityGW keeps what came of a PUT, and the confirm sees that it is too short.
    assert {outcome for way, _, outcome in seen if way != "overlong"} <= {*MISSING, *REFUSED, "object_mismatch"}


MISSING = ("object_missing", "parts_missing")
REFUSED = ("part_checksum_required", "store_unsafe")
KINDS = pytest.mark.parametrize("kind", [a_put, a_part, a_bound_part, a_bare_put])


@pytest.fixture
def either_ports(either_settings: Settings) -> Iterator[Ports]:
    """Ports with no check waived: if a store keeps partial bodies, uploads that it cannot check are not started."""
    with prepared_ports(either_settings.model_copy(update={"waived_checks": ()})) as ports:
        yield ports


@KINDS
def test_no_other_length_is_confirmed(
    either_ports: Ports, kind: Callable[..., Sent], record_property: Callable[[str, object], None]
) -> None:
    """40 bodies for each kind of URL."""
    assert_nothing_else_is_confirmed(either_ports, kind, 40, record_property)


def test_half_a_part_is_not_what_its_client_was_answered(either_ports: Ports) -> None:
    """Uppy does not bind parts to their bytes, but its completion names ETags, and half a part has another one."""
    body = bytes(200_000)
    file = FileToCome("a.mp3", "audio/mpeg", NO_METADATA, len(body))
    upload_id = start_multipart(either_ports, ALICE, file).upload_id
    part = sign_parts(either_ports, ALICE, upload_id, None, [1])[1]

    def send_half() -> None:
        sent(part, part.headers, len(body), body[:150_000])

    send_half()
    with pytest.raises((PartsMissing, PartMismatch)):
        confirm_upload(either_ports, ALICE, upload_id, NO_METADATA)
    etag = urllib3.request("PUT", part.url, body=body).headers["etag"]
    send_half()
    if not either_ports.objects.refuses_half_bodies:
        with pytest.raises(PartMismatch):
            complete(either_ports, ALICE, upload_id, None, [(1, etag)])
        urllib3.request("PUT", part.url, body=body)
    assert fetch(either_ports, complete(either_ports, ALICE, upload_id, None, [(1, etag)])) == body


@pytest.mark.torture("1,000 a kind and store")
@pytest.mark.timeout(60 * 60)
@KINDS
def test_none_of_1000_other_lengths_is_confirmed(
    either_ports: Ports, kind: Callable[..., Sent], record_property: Callable[[str, object], None]
) -> None:
    """The same, for longer."""
    assert_nothing_else_is_confirmed(either_ports, kind, 1000, record_property)
