"""Files that are sent in parallel are listed in the order in which they were named."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from moodrop import Client
from tests.client.recording import MIB, RecordingTransport

pytestmark = pytest.mark.real


def late(request: httpx.Request) -> None:
    """Delay every start that is not in a batch."""
    if request.method == "POST" and request.url.path == "/v1/uploads":
        time.sleep(0.5)


def listed(client: Client) -> list[str]:
    return [file.filename for file in client.iter_files(sort="oldest")]


@pytest.mark.parametrize("parallel", [1, 8])
def test_many_are_listed_in_their_order_whichever_is_ready_first(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], parallel: int
) -> None:
    """Large files start singly and small ones in batches; here the large ones are late."""
    wire.breaks.append(late)
    sizes = [9 * MIB, *[1000] * 40, 9 * MIB, 1000]
    songs = [a_file(f"{number:02}.mp3", size_bytes=size) for number, size in enumerate(sizes)]

    assert [result.error for result in moodrop.upload_many(songs, parallel=parallel)] == [None] * len(songs)

    assert listed(moodrop) == [song.name for song in songs]


def test_one_that_does_not_begin_holds_up_none_behind_it(
    moodrop: Client, a_file: Callable[..., Path], tmp_path: Path
) -> None:
    refused, missing, good = a_file("a.exe", 9 * MIB), tmp_path / "missing.mp3", a_file("c.mp3", 9 * MIB)

    results = list(moodrop.upload_many([refused, missing, good]))

    assert {result.source: result.error and result.error.code for result in results} == {
        refused: "content_type_not_allowed",
        missing: "file_missing",
        good: None,
    }
    assert listed(moodrop) == ["c.mp3"]
