"""URLs edited in one place after signing, on both stores: none is accepted.

Edits by hand, one for each part of a URL: tests/integration/test_sigv4_refused_by_minio.py.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from service.ports import Ports
from service.settings import Settings
from service.store.model import PresignedRequest
from service.store.s3.store import s3_client
from service.uploads.usecases.files.download import DownloadOptions, presign_download
from service.uploads.usecases.starting.start import start_staged, start_upload
from tests.builders import ALICE, SONG, a_declaration, a_file, a_multipart
from tests.integration.url_edits import EDITS, Signed, edits_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def a_put(ports: Ports) -> Signed:
    """Sign a write-once PUT that binds length, type and digest."""
    _, transfer = start_upload(ports, ALICE, a_declaration())
    assert isinstance(transfer, PresignedRequest)
    return Signed.of("PUT", transfer.url, dict(transfer.headers), SONG)


def a_bare_put(ports: Ports) -> Signed:
    """Sign the PUT of a staged upload, which binds only its key."""
    _, transfer = start_staged(ports, ALICE, "uploads/alice/a.mp3")
    return Signed.of("PUT", transfer.url, {}, SONG)


def a_part(ports: Ports) -> Signed:
    _, [part] = a_multipart(ports, body=SONG)
    return Signed.of("PUT", part.request.url, dict(part.request.headers), SONG)


def a_download(ports: Ports) -> Signed:
    file = a_file(ports)
    return Signed.of("GET", presign_download(ports, ALICE, file, DownloadOptions()).url)


KINDS = (a_put, a_bare_put, a_part, a_download)


def stored(settings: Settings) -> list[tuple[Any, ...]]:
    """Return every version in the bucket, and every open multipart upload with its parts."""
    client: Any = s3_client(settings)
    listing = client.list_object_versions(Bucket=settings.minio_bucket)
    rows = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
    return [(row["Key"], row["VersionId"], row.get("ETag")) for row in rows]


def assert_none_is_taken(
    ports: Ports,
    settings: Settings,
    kind: Callable[[Ports], Signed],
    number: int,
    report: Callable[[str, object], None],
) -> None:
    """Send the edited URLs in vain; finally the original works, so it was valid throughout."""
    one = kind(ports)
    before, seen, tried = stored(settings), Counter[tuple[str, int]](), 0
    for edited in islice(edits_of(one, seed=4), number):
        answer = edited.send()
        seen[edited.edit, answer.status] += 1
        tried += 1
        # 5xx: an unknown call, or one that the store parses before it checks the sender. 3xx: a redirect.
        assert answer.status >= 300, (edited, answer)
        assert SONG not in answer.body

    report("statuses", sorted(seen.items()))
    assert stored(settings) == before
    assert {edit for edit, _ in seen} == {edit.__name__ for edit in EDITS}
    assert tried == number
    assert one.send().status == 200


@pytest.mark.parametrize("kind", KINDS)
def test_no_edited_url_is_taken(
    either_ports: Ports,
    either_settings: Settings,
    kind: Callable[[Ports], Signed],
    record_property: Callable[[str, object], None],
) -> None:
    """80 edits for each kind of URL."""
    assert_none_is_taken(either_ports, either_settings, kind, 80, record_property)


def test_a_parameter_said_twice_prolongs_nothing(either_ports: Ports, either_settings: Settings) -> None:
    """Whichever of the two the store reads, it uses the same for signature and expiry."""
    ports, bucket = either_ports, either_settings.minio_bucket
    fresh = start_staged(ports, ALICE, "uploads/alice/a.mp3")[1].url
    at = ports.now() - timedelta(seconds=120)
    dead = ports.objects.presign_put(bucket, "incoming/alice/x", headers={}, at=at, expires_in=60).url
    one = Signed.of("PUT", dead, {}, SONG)
    later = ("X-Amz-Date", Signed.of("PUT", fresh).value_of("X-Amz-Date"))
    longer = ("X-Amz-Expires", "604800")

    for added in ((longer,), (later,), (longer, later)):
        for query in ((*added, *one.query), (*one.query, *added)):
            assert replace(one, query=query).send().status in (400, 403)
    assert stored(either_settings) == []


@pytest.mark.torture("10,000 a store")
@pytest.mark.timeout(60 * 60)
@pytest.mark.parametrize("kind", KINDS)
def test_none_of_10000_edited_urls_is_taken(
    either_ports: Ports,
    either_settings: Settings,
    kind: Callable[[Ports], Signed],
    record_property: Callable[[str, object], None],
) -> None:
    """2,500 for each kind."""
    assert_none_is_taken(either_ports, either_settings, kind, 2_500, record_property)
