"""Downloads through the client, on the real service and MinIO."""

import io
import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from moodrop import Client, File, Progress
from moodrop.errors import DownloadCorrupt, FileInTheWay, FileUnwritable, NotFound, StoreNoAnswer
from tests.client.recording import MIB, RecordingTransport

pytestmark = pytest.mark.real

LARGE = 40 * MIB
UNKNOWN_ID = "01JD8ZK3V0X5W9QH2M4N6P7R8S"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "downloads"
    made.mkdir()
    return made


@pytest.mark.parametrize("size_bytes", [0, 1, LARGE])
def test_a_file_comes_back_as_it_was(
    moodrop: Client, a_file: Callable[..., Path], folder: Path, size_bytes: int
) -> None:
    """To a path, into a folder, to a stream."""
    path, seen = a_file(size_bytes=size_bytes), list[Progress]()
    file, stream = moodrop.upload(path), io.BytesIO()

    to_path = moodrop.download(file.file_id, folder / "copy.mp3", on_progress=seen.append)
    into_folder = moodrop.download(file.file_id, folder)
    moodrop.download(file.file_id, stream)

    assert (to_path, into_folder) == (folder / "copy.mp3", folder / "song.mp3")
    assert path.read_bytes() == stream.getvalue() == (folder / "copy.mp3").read_bytes()
    assert path.read_bytes() == (folder / "song.mp3").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["copy.mp3", "song.mp3"]
    assert [each.sent_bytes for each in seen[-1:]] == [size_bytes] * bool(size_bytes)


def cut_after(wire: RecordingTransport, size_bytes: int, times: int) -> None:
    """Cut off the store's first answers."""
    left = [0] * times

    class Cut(httpx.SyncByteStream):
        def __init__(self, whole: httpx.Response) -> None:
            self.whole = whole

        def __iter__(self):  # noqa: ANN204
            yield self.whole.read()[:size_bytes]
            raise httpx.ReadError("the line is cut")

    def answer_request(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or not wire.is_to_store(request) or not left:
            return None
        left.pop()
        whole = wire.real.handle_request(request)
        return httpx.Response(whole.status_code, headers=whole.headers, stream=Cut(whole), request=request)

    wire.breaks.append(answer_request)


@pytest.mark.parametrize("to_stream", [True, False])
def test_a_line_that_is_cut_is_taken_up_again(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], folder: Path, to_stream: bool
) -> None:
    path = a_file(size_bytes=LARGE)
    file, stream = moodrop.upload(path), io.BytesIO()
    cut_after(wire, MIB, times=2)

    moodrop.download(file.file_id, stream if to_stream else folder / "a")

    assert path.read_bytes() == (stream.getvalue() if to_stream else (folder / "a").read_bytes())


@pytest.mark.parametrize("to_stream", [True, False])
def test_bytes_that_are_replaced_meanwhile_are_not_mixed(
    moodrop: Client, wire: RecordingTransport, token: str, folder: Path, to_stream: bool
) -> None:
    """The file gets others as long as these, after a line was cut and before its next address is signed."""
    older, newer = os.urandom(3 * MIB), os.urandom(3 * MIB)
    file_id = put_at_a_key(wire.service_url, token, older)
    cut_after(wire, MIB, times=1)
    asked: list[str] = []

    def replace_before_the_second(request: httpx.Request) -> None:
        if request.url.path == f"/v1/files/{file_id}/download":
            asked.append(request.method)
            if len(asked) == 2:
                assert put_at_a_key(wire.service_url, token, newer) == file_id

    wire.breaks.append(replace_before_the_second)

    with pytest.raises(DownloadCorrupt, match="got other bytes"):
        moodrop.download(file_id, io.BytesIO() if to_stream else folder / "a")

    assert len(asked) == 2
    assert list(folder.iterdir()) == []
    moodrop.download(file_id, folder / "a")
    assert (folder / "a").read_bytes() == newer


def put_at_a_key(url: str, token: str, body: bytes) -> str:
    """Upload as the seed's clients do, which may replace a file; return its id."""
    headers = {"Authorization": f"Bearer {token}"}
    started = httpx.get(f"{url}/s3/upload-url", params={"filename": "song.mp3"}, headers=headers, timeout=60).json()
    stored = httpx.put(started["url"], content=body, headers={"Content-Type": "audio/mpeg"}, timeout=60)
    assert stored.status_code == 200
    there = httpx.get(f"{url}/s3/download-url", params={"key": started["key"]}, headers=headers, timeout=60)
    return str(there.json()["file_id"])


def test_what_is_not_whole_never_has_the_final_name(
    service: object, moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], folder: Path, token: str
) -> None:
    """And a file that it was to replace stays."""
    (folder / "a").write_bytes(b"older")
    file = moodrop.upload(a_file(size_bytes=LARGE))
    cut_after(wire, MIB, times=99)

    with Client(wire.service_url, token, transport=wire, retries=1) as client, pytest.raises(StoreNoAnswer):
        client.download(file.file_id, folder / "a", replace=True)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a": b"older"}


def test_other_bytes_than_those_of_the_checksum_are_not_kept(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], folder: Path
) -> None:
    file = moodrop.upload(a_file(size_bytes=3))

    def answer_request(request: httpx.Request) -> httpx.Response | None:
        other = httpx.Response(200, stream=httpx.ByteStream(b"xyz"), request=request)
        return other if request.method == "GET" and wire.is_to_store(request) else None

    wire.breaks.append(answer_request)

    with pytest.raises(DownloadCorrupt, match="crc32c"):
        moodrop.download(file.file_id, folder / "a")
    assert list(folder.iterdir()) == []
    moodrop.download(file.file_id, folder / "a", verify=False)
    assert (folder / "a").read_bytes() == b"xyz"


def test_a_folder_that_is_not_there_is_told(moodrop: Client, a_file: Callable[..., Path], folder: Path) -> None:
    file = moodrop.upload(a_file())

    with pytest.raises(FileUnwritable):
        moodrop.download(file.file_id, folder / "none" / "a")


def test_a_limit_of_the_disk_is_told(moodrop: Client, a_file: Callable[..., Path], folder: Path) -> None:
    """Simulated by the limit on file size, which any user may set."""
    file = moodrop.upload(a_file(size_bytes=LARGE))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, hard))
    try:
        with pytest.raises(Exception, match="no room") as raised:
            moodrop.download(file.file_id, folder / "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert getattr(raised.value, "code", None) == "disk_full"
    assert list(folder.iterdir()) == []


def test_a_file_that_is_not_there_is_told(moodrop: Client, folder: Path) -> None:
    with pytest.raises(NotFound):
        moodrop.download(UNKNOWN_ID, folder / "a")
    assert list(folder.iterdir()) == []


def test_urls_for_many_come_in_order(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """A missing file has its error in its place."""
    first, second = (moodrop.upload(a_file(name)).file_id for name in ("a.mp3", "b.mp3"))

    rows = moodrop.download_urls([second, UNKNOWN_ID, first], expires_in=60)

    assert [row.file_id for row in rows] == [second, UNKNOWN_ID, first]
    assert [row.error.code if row.error else None for row in rows] == [None, "file_not_found", None]
    assert [row.filename for row in rows] == ["b.mp3", None, "a.mp3"]


def test_what_is_there_is_in_the_way(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], folder: Path
) -> None:
    """The uploader chooses the name, so it must replace nothing. Refused before any byte is fetched."""
    file = moodrop.upload(a_file())
    (folder / "song.mp3").write_bytes(b"mine")
    wire.sent.clear()

    for to in (folder, folder / "song.mp3"):
        with pytest.raises(FileInTheWay, match="is in the way"):
            moodrop.download(file.file_id, to)

    assert not any(wire.is_to_store(request) for request in wire.sent)
    assert (folder / "song.mp3").read_bytes() == b"mine"
    moodrop.download(file.file_id, folder, replace=True)
    assert (folder / "song.mp3").stat().st_size == 1000
    assert [path.name for path in folder.iterdir()] == ["song.mp3"]


@pytest.mark.parametrize("is_link", [False, True])
def test_a_folder_of_that_name_is_in_the_way(
    moodrop: Client, a_file: Callable[..., Path], folder: Path, tmp_path: Path, is_link: bool
) -> None:
    """Otherwise anyone with access to the folder could redirect a download by a link of that name."""
    file, elsewhere = moodrop.upload(a_file()), tmp_path / "elsewhere"
    elsewhere.mkdir()
    if is_link:
        (folder / "song.mp3").symlink_to(elsewhere)
    else:
        (folder / "song.mp3").mkdir()

    for filename in (None, "song.mp3"):
        with pytest.raises(FileInTheWay, match="is in the way"):
            moodrop.download(file.file_id, folder, filename=filename)

    assert [*elsewhere.iterdir(), *(folder / "song.mp3").iterdir()] == []
    assert moodrop.download(file.file_id, folder, filename="other.mp3") == folder / "other.mp3"


@pytest.mark.parametrize("size_bytes", [1000, LARGE])
def test_two_downloads_never_share_a_file(
    moodrop: Client, a_file: Callable[..., Path], folder: Path, size_bytes: int
) -> None:
    """One gets the name, with all of its own bytes; the other is refused."""
    files = [moodrop.upload(a_file(f"{name}/same.mp3", size_bytes + n)) for n, name in enumerate("abcd")]

    def download(file: File) -> bytes | None:
        try:
            path = moodrop.download(file.file_id, folder)
        except FileInTheWay:
            return None
        assert path
        return path.read_bytes()

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(download, files))

    assert [path.name for path in folder.iterdir()] == ["same.mp3"]
    (whole,) = (each for each in got if each is not None)
    assert whole == (folder / "same.mp3").read_bytes()
    assert whole in [a_path.read_bytes() for a_path in folder.parent.glob("?/same.mp3")]


def test_a_stranger_replaces_nothing_by_a_link(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], folder: Path
) -> None:
    """Not under the final name or easily guessed names, nor while the bytes arrive."""
    precious = folder / "precious"
    precious.write_text("my only copy")
    (folder / "song.mp3.part").symlink_to("precious")
    (folder / "other.mp3.part").write_text("half of mine")
    song, other = moodrop.upload(a_file()), moodrop.upload(a_file("other.mp3"))

    def answer_request(request: httpx.Request) -> None:
        if request.method == "GET" and wire.is_to_store(request) and not (folder / "song.mp3").is_symlink():
            (folder / "song.mp3").symlink_to("precious")

    wire.breaks.append(answer_request)
    with pytest.raises(FileInTheWay):
        moodrop.download(song.file_id, folder)
    moodrop.download(other.file_id, folder)

    assert precious.read_text() == "my only copy"
    assert (folder / "other.mp3.part").read_text() == "half of mine"
    names = ["other.mp3", "other.mp3.part", "precious", "song.mp3", "song.mp3.part"]
    assert sorted(path.name for path in folder.iterdir()) == names
