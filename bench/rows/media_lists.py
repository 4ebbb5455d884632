"""What the summaries of media cost a list of files, which shows one of each file."""

from typing import Any

from bench.databases import insert
from bench.load import Target, measure_rates
from bench.row import Reach, Row, Samples
from bench.rows.pages import PAGE, documents
from bench.rows.quotas import on_its_own_database
from bench.running import Stores, stores
from service.uploads.derived import Derived, DerivedState, Thumbnail
from service.uploads.mongo.documents import to_update

FILES = 1000
WIDTHS = ("96", "320", "1280")


def summary_of(document: dict[str, Any]) -> Derived:
    """Return what a song with a picture shows once all is made of it."""
    prefix = f"derived/{document['owner']}/{document['_id']}/poster/2/"
    versions = dict.fromkeys(WIDTHS, document["version_id"])
    return Derived(
        state=DerivedState.READY,
        source=document["version_id"],
        duration_seconds=180.5,
        loudness_lufs=-14.2,
        peak_dbfs=-0.3,
        waveform="IElTV4KZfonFv5W78cim5f+9t/zwq8T3yZnC1JiDpZZlYGND",
        thumbnail=Thumbnail(prefix, "webp", versions, "LEHV6nWB2yk8pyo0adR*.7kCMdnj", 1500, 1500),
    )


def fill(given: Stores, database: str, *, summaries: bool) -> None:
    rows = documents(FILES)
    if summaries:
        rows = (row | to_update({"derived": summary_of(row), "derived_revision": 5})["$set"] for row in rows)
    insert(given.settings, "files", rows, database=database)


def compare() -> Samples:
    with (
        stores() as given,
        on_its_own_database(given, "without", {"MEDIA": "0"}) as without,
        on_its_own_database(given, "with", {"MEDIA": "1"}) as with_media,
    ):
        fill(given, "without", summaries=False)
        fill(given, "with", summaries=True)
        before, after = (
            Target(f"{running.url}/v1/files?limit={PAGE}", given.authorization) for running in (without, with_media)
        )
        return measure_rates(before, after)


ROWS = (Row(f"list of {PAGE} files with thumbnails", "the same without media", Reach.at_least(0.95), compare),)
