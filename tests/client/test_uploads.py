"""Uploads through the client, against the real service, MinIO and mongod."""

import io
import os
import threading
import time
import wave
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import httpx
import pytest
import urllib3
from mutagen.id3 import TALB, TIT2, TPE1
from mutagen.wave import WAVE

from moodrop import Client, NewFile, Progress
from moodrop.errors import (
    FileChanged,
    FileMissing,
    Invalid,
    LocalError,
    NoAnswer,
    ServerUnknown,
    Stopped,
    StoreNoAnswer,
    Unauthenticated,
    UnsupportedType,
)
from moodrop.model import MetadataOptions
from moodrop.transfer.digests import digest_of
from tests.client.recording import MIB, RecordingTransport
from tests.conftest import Service, Store

pytestmark = pytest.mark.real

LARGE = 40 * MIB  # three parts


def stored(client: Client, file_id: str) -> bytes:
    url = client.download_url(file_id).url
    assert url is not None
    return urllib3.request("GET", url).data


# --- what is sent --------------------------------------------------------------------------------
def test_a_file_arrives_with_all_that_is_said_of_it(moodrop: Client, a_file: Callable[..., Path]) -> None:
    path = a_file("Tönë 1.mp3")

    file = moodrop.upload(path, mood="happy", title="T", artist="A", tags=("live", "loud"), visibility="public")

    assert stored(moodrop, file.file_id) == path.read_bytes()
    assert (file.filename, file.content_type, file.size_bytes) == ("Tönë 1.mp3", "audio/mpeg", 1000)
    assert (file.mood, file.title, file.artist, file.visibility) == ("happy", "T", "A", "public")
    assert sorted(file.tags) == ["live", "loud"]
    assert file.checksum is not None
    assert file.checksum.value_base64 == digest_of([path.read_bytes()], "crc32c")
    assert (file.checksum.algorithm, file.checksum.verified) == ("crc32c", True)
    assert moodrop.get_file(file.file_id) == file


def test_different_files_of_one_name_size_and_date_are_both_sent(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """Such as the first songs of two unpacked albums; also when both are sent again."""
    paths = [a_file("one/01.mp3"), a_file("two/01.mp3")]
    for path in paths:
        os.utime(path, ns=(0, 7_000_000))

    for _ in range(2):
        files = [result.file for result in moodrop.upload_many(paths)]

        assert {stored(moodrop, file.file_id) for file in files if file} == {path.read_bytes() for path in paths}


def test_what_is_not_said_is_read_from_the_song(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """Given metadata takes precedence."""
    path = a_file("a.wav")
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 1, 8000, 12000, "NONE", "not compressed"))
        out.writeframes(bytes(12000))
    song = WAVE(path)
    song.add_tags()
    assert song.tags is not None
    song.tags.update({"TIT2": TIT2(text=["T"]), "TPE1": TPE1(text=["A"]), "TALB": TALB(text=["B"])})
    song.save()

    read = moodrop.upload(path, artist="Somebody")
    (result,) = moodrop.upload_many([NewFile(path, title="Mine", album="C", duration_seconds=3, resume=False)])

    assert (read.title, read.artist, read.album, read.duration_seconds) == ("T", "Somebody", "B", 1.5)
    assert result.file is not None
    file = result.file
    assert (file.title, file.artist, file.album, file.duration_seconds) == ("Mine", "A", "C", 3)


@pytest.mark.parametrize("checksum", ["sha256", "crc32c", None])
@pytest.mark.parametrize("size_bytes", [0, 1, LARGE, LARGE + 1])
def test_any_size_with_any_checksum(
    moodrop: Client, a_file: Callable[..., Path], size_bytes: int, checksum: str | None
) -> None:
    """In parts, only crc32c can be combined to that of the whole."""
    path = a_file(size_bytes=size_bytes)

    file = moodrop.upload(path, checksum=checksum)  # type: ignore[arg-type]  # one of the three

    assert stored(moodrop, file.file_id) == path.read_bytes()
    assert (file.checksum and file.checksum.algorithm) == checksum
    if file.checksum:
        assert file.checksum.verified == (size_bytes <= 1 or checksum == "crc32c")


def test_a_stream_is_sent_from_where_it_stands(moodrop: Client) -> None:
    stream = io.BytesIO(b"not this, but this")
    stream.seek(10)

    file = moodrop.upload(stream, filename="a.mp3")

    assert stored(moodrop, file.file_id) == b"but this"


def test_progress_goes_from_nothing_to_all(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """Called from several threads, but one at a time."""
    path, seen = a_file(size_bytes=LARGE), list[Progress]()

    moodrop.upload(path, on_progress=seen.append)

    assert {(each.source, each.size_bytes) for each in seen} == {(path, LARGE)}
    assert [each.sent_bytes for each in seen] == sorted(each.sent_bytes for each in seen)
    assert seen[-1].sent_bytes == LARGE


# --- what cannot be sent -------------------------------------------------------------------------
def test_a_mood_that_is_none_is_refused_in_the_services_words(moodrop: Client, a_file: Callable[..., Path]) -> None:
    with pytest.raises(Invalid, match="angry") as raised:
        moodrop.upload(a_file(), mood="angry")

    assert (raised.value.code, raised.value.status) == ("mood_not_allowed", 422)
    assert raised.value.request_id


def test_a_type_that_is_not_accepted_is_not_tried_again(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    with pytest.raises(UnsupportedType):
        moodrop.upload(a_file("a.exe"))

    assert wire.calls.count("POST /v1/uploads") == 1


def test_a_wrong_token_is_told_at_once(service: Service) -> None:
    with Client(service.url, token="nonsense") as client, pytest.raises(Unauthenticated) as raised:
        next(client.iter_files())

    assert raised.value.code == "token_invalid"


@pytest.mark.parametrize("token", ["tökén", "a\nb"])
def test_a_token_that_is_none_is_told_before_it_is_sent(token: str) -> None:
    """For example a file that was pasted by mistake."""
    with pytest.raises(Unauthenticated):
        Client(token=token)


def test_a_server_that_is_no_moodrop_is_named(minio: Store) -> None:
    """Here the object store, whose address is easily mistaken for the service's."""
    with Client(minio.endpoint) as client, pytest.raises(ServerUnknown):
        client.whoami()


def test_a_server_that_is_not_there_is_named() -> None:
    with Client("http://127.0.0.1:9", retries=0) as client, pytest.raises(NoAnswer, match=r"127\.0\.0\.1:9"):
        client.whoami()


def test_a_file_that_changes_while_it_is_sent_leaves_nothing(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """The store refuses the part with the wrong digest, or the date gives it away."""
    path = a_file(size_bytes=LARGE)

    def overwrite(request: httpx.Request) -> None:
        if request.url.params.get("partNumber") == "1":
            with path.open("r+b") as file:
                file.seek(LARGE - 1000)
                file.write(b"changed")

    wire.breaks.append(overwrite)

    with pytest.raises(FileChanged) as raised:
        moodrop.upload(path, parallel=1)

    assert raised.value.code == "file_changed_while_sent"
    assert list(moodrop.iter_uploads()) == []
    assert list(moodrop.iter_files()) == []


# --- what goes wrong on the way ------------------------------------------------------------------
def once(broken: Callable[[httpx.Request], httpx.Response | None]) -> Callable[[httpx.Request], httpx.Response | None]:
    """Break only the first request to the store."""
    left = [1]

    def on_request(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and left and left.pop():
            return broken(request)
        return None

    return on_request


def lose(request: httpx.Request) -> None:
    raise httpx.ReadError("the line is cut", request=request)


def refuse(request: httpx.Request) -> httpx.Response:
    body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    return httpx.Response(403, text=body, request=request)


@pytest.mark.parametrize(
    ("size_bytes", "checksum", "requests"),
    [(1000, "crc32c", (2, 1)), (LARGE, "crc32c", (4, 2)), (LARGE, None, (4, 1)), (LARGE, "sha256", (4, 4))],
)
@pytest.mark.parametrize("broken", [lose, refuse])
def test_a_put_that_fails_is_sent_again_by_a_fresh_url(
    moodrop: Client,
    wire: RecordingTransport,
    a_file: Callable[..., Path],
    broken: Callable[[httpx.Request], httpx.Response | None],
    size_bytes: int,
    checksum: str | None,
    requests: tuple[int, int],
) -> None:
    """Only the part, for a large file. One call requests many URLs, except where digests must be read first."""
    wire.breaks.append(once(broken))
    path = a_file(size_bytes=size_bytes)

    file = moodrop.upload(path, checksum=checksum)  # type: ignore[arg-type]  # one of the three

    assert stored(moodrop, file.file_id) == path.read_bytes()
    signed = [call for call in wire.calls if call.endswith("/urls")]
    assert (len(wire.puts), len(signed)) == requests


def test_a_put_whose_answer_was_lost_is_found_to_be_there(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """The store answers the second PUT with 412, since nothing is ever overwritten."""
    wire.lost.append(once(lose))
    path, seen = a_file(), list[Progress]()

    file = moodrop.upload(path, on_progress=seen.append)

    assert stored(moodrop, file.file_id) == path.read_bytes()
    assert seen[-1].sent_bytes == 1000


def test_a_start_whose_answer_was_lost_makes_one_upload(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    left = [1]

    def on_request(request: httpx.Request) -> None:
        if request.url.path == "/v1/uploads" and request.method == "POST" and left and left.pop():
            lose(request)

    wire.lost.append(on_request)

    moodrop.upload(a_file())

    assert wire.calls.count("POST /v1/uploads") == 2
    assert list(moodrop.iter_uploads()) == []


def test_a_batch_whose_answer_was_lost_makes_no_twins(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """Its idempotency key lets the service recognise it."""
    left = [1]

    def on_request(request: httpx.Request) -> None:
        if request.url.path == "/v1/uploads/batch" and left and left.pop():
            lose(request)

    wire.lost.append(on_request)

    results = list(moodrop.upload_many([a_file("a.mp3"), a_file("b.mp3"), a_file("c.exe")]))

    assert wire.calls.count("POST /v1/uploads/batch") == 2
    assert sorted(result.error.code if result.error else "" for result in results) == [
        "",
        "",
        "content_type_not_allowed",
    ]
    assert list(moodrop.iter_uploads()) == []


def test_a_store_that_is_gone_ends_the_upload_and_keeps_what_there_is(
    service: Service, token: str, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """The error blames the store, not the service."""
    wire.breaks.append(lambda request: lose(request) if request.method == "PUT" else None)

    with Client(service.url, token, transport=wire, retries=1) as client:
        with pytest.raises(StoreNoAnswer):
            client.upload(a_file(size_bytes=LARGE))
        (left,) = client.iter_uploads()

    assert (left.status, left.part_count) == ("pending", 3)


# --- resume --------------------------------------------------------------------------------------
def broken_off(client: Client, wire: RecordingTransport, path: Path, *, after: int, checksum: str | None) -> None:
    """Return an interrupted upload with so many stored parts."""

    def on_request(request: httpx.Request) -> None:
        if len(wire.part_numbers()) > after:
            raise Stopped("the power is out")

    wire.breaks.append(on_request)
    with pytest.raises(LocalError):
        client.upload(path, parallel=1, checksum=checksum)  # type: ignore[arg-type]
    wire.breaks.clear()
    wire.sent.clear()


@pytest.mark.parametrize("checksum", ["sha256", None])
def test_an_upload_goes_on_with_the_parts_that_are_missing(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], checksum: str | None
) -> None:
    """This machine keeps no state; the service knows."""
    path, seen = a_file(size_bytes=LARGE), list[Progress]()
    broken_off(moodrop, wire, path, after=2, checksum=checksum)

    file = moodrop.upload(path, checksum=checksum, mood="sad", on_progress=seen.append)  # type: ignore[arg-type]

    assert wire.part_numbers() == [3]
    assert stored(moodrop, file.file_id) == path.read_bytes()
    assert file.mood == "sad"
    assert seen[0].sent_bytes == 32 * MIB
    assert list(moodrop.iter_uploads()) == []


@pytest.mark.parametrize("checksum", ["sha256", "crc32c"])
def test_another_content_of_the_same_name_size_and_date_is_another_upload(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path], checksum: str
) -> None:
    """The checksum tells them apart, even if it is of an older kind."""
    path = a_file(size_bytes=LARGE)
    at = path.stat().st_mtime_ns
    broken_off(moodrop, wire, path, after=2, checksum=checksum)
    path.write_bytes(os.urandom(LARGE))
    os.utime(path, ns=(at, at))

    file = moodrop.upload(path)

    assert wire.part_numbers() == [1, 2, 3]
    assert stored(moodrop, file.file_id) == path.read_bytes()


def test_without_resume_all_is_sent_anew(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    path = a_file(size_bytes=LARGE)
    broken_off(moodrop, wire, path, after=2, checksum="sha256")

    moodrop.upload(path, resume=False)

    assert wire.part_numbers() == [1, 2, 3]


def test_an_upload_that_is_aborted_meanwhile_starts_anew(
    moodrop: Client, token: str, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """Aborted between the search and the first part."""
    path = a_file(size_bytes=LARGE)
    broken_off(moodrop, wire, path, after=2, checksum="sha256")
    (left,) = moodrop.iter_uploads()
    others = Client(wire.service_url, token)

    def abort(request: httpx.Request) -> None:
        if request.url.path == f"/v1/uploads/{left.upload_id}":
            others.abort_upload(left.upload_id)

    wire.breaks.append(abort)

    file = moodrop.upload(path)
    others.close()

    assert file.file_id != left.upload_id
    assert stored(moodrop, file.file_id) == path.read_bytes()


def test_closing_the_client_ends_an_upload_in_another_thread(
    service: Service, token: str, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """Stored parts stay for the next run."""
    client, raised = Client(service.url, token, transport=wire), list[BaseException]()
    sending = threading.Event()

    def slowly(request: httpx.Request) -> None:
        if request.method == "PUT":
            sending.set()
            time.sleep(0.2)
            lose(request)

    wire.breaks.append(slowly)
    path = a_file(size_bytes=LARGE)

    def upload() -> None:
        try:
            client.upload(path)
        except BaseException as error:  # noqa: BLE001  looked at below
            raised.append(error)

    thread = threading.Thread(target=upload)
    thread.start()
    sending.wait(30)
    client.close()
    thread.join(30)

    assert [type(error) for error in raised] == [Stopped]


# --- many ----------------------------------------------------------------------------------------
def test_one_file_is_told_of_in_the_words_of_many() -> None:
    """With the same defaults; all metadata is optional."""
    one, many = (
        {each.name: each.default for each in signature(call).parameters.values()} for call in (Client.upload, NewFile)
    )
    one |= dict.fromkeys(MetadataOptions.__annotations__)

    assert {name: one[name] for name in many} == many


def test_many_files_cost_few_calls(moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]) -> None:
    """One search for unfinished uploads, then one start and one confirm per 32 files."""
    paths = [a_file(f"{number}.mp3", 100 + number) for number in range(100)]

    results = list(moodrop.upload_many(NewFile(path, mood="happy") for path in paths))

    assert len(wire.calls) == 9
    assert {result.source for result in results} == set(paths)
    assert all(result.file and result.file.size_bytes == Path(str(result.source)).stat().st_size for result in results)
    assert len(list(moodrop.iter_files(mood="happy"))) == 100


def test_each_of_many_fails_by_itself(moodrop: Client, a_file: Callable[..., Path], tmp_path: Path) -> None:
    """Small and large files, good and bad ones."""
    good, large, bad = a_file("a.mp3"), a_file("l.mp3", LARGE), a_file("a.exe")
    files = [good, tmp_path / "none.mp3", bad, NewFile(good, mood="angry"), large, tmp_path]

    results = list(moodrop.upload_many(files))

    codes = sorted((result.error.code if result.error else "") for result in results)
    assert codes == ["", "", "content_type_not_allowed", "file_missing", "file_unreadable", "mood_not_allowed"]
    assert {result.source for result in results if result.file} == {good, large}


def test_one_of_many_whose_put_fails_is_sent_again(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    paths = [a_file(f"{number}.mp3") for number in range(5)]
    wire.breaks.append(once(refuse))
    wire.lost.append(once(lose))

    results = list(moodrop.upload_many(paths))

    assert [result.error for result in results] == [None] * 5
    assert len(list(moodrop.iter_files())) == 5


def test_what_is_unfinished_of_many_goes_on(
    moodrop: Client, wire: RecordingTransport, a_file: Callable[..., Path]
) -> None:
    """Two files with the same name, size and date are two uploads."""
    path = a_file(size_bytes=LARGE)
    broken_off(moodrop, wire, path, after=1, checksum="sha256")

    results = list(moodrop.upload_many([path, path]))

    assert sorted(wire.part_numbers()) == [1, 2, 2, 3, 3]
    assert len({result.file.file_id for result in results if result.file}) == 2


def test_leaving_the_loop_leaves_the_rest(moodrop: Client, a_file: Callable[..., Path]) -> None:
    """`files` is read while they are sent."""
    read = list[int]()

    def endless() -> object:
        path = a_file()
        for number in range(1_000_000):
            read.append(number)
            yield path

    for result in moodrop.upload_many(endless()):  # type: ignore[arg-type]
        assert result.file
        break

    assert len(read) < 1000


def test_a_missing_file_is_an_error_of_this_machine(moodrop: Client, wire: RecordingTransport, tmp_path: Path) -> None:
    """The service is not called."""
    with pytest.raises(FileMissing):
        moodrop.upload(tmp_path / "none.mp3")

    assert wire.sent == []


@pytest.mark.parametrize(
    "address", ["", "nonsense", "http://", "ftp://127.0.0.1", "http://[::1", "http://127.0.0.1:99999"]
)
def test_an_address_that_is_none_is_told_in_one_line(address: str) -> None:
    """A typing error causes no traceback."""
    with pytest.raises((NoAnswer, ServerUnknown)) as raised, Client(address, retries=0) as client:
        client.whoami()

    assert "\n" not in str(raised.value)
