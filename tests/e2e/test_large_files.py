"""A large file on a bad day: the connection breaks, the tab dies, servers are killed, and the file arrives intact."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import urllib3
from playwright.sync_api import Page, expect

from dev.ports import free_port
from dev.servers import MongodServer
from moodrop.transfer.digests import digest_of
from service.settings import Settings
from tests.builders import sha256_of_file
from tests.conftest import Service, settings_for
from tests.e2e.page import add, expect_in_library, wait_until
from tests.e2e.servers import own_store, stored_bytes
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(600)]

MIB = 1024 * 1024
# Seven parts. By hand, now and then: LARGE_FILE_MIB=2048 make test ARGS="tests/e2e/test_large_files.py"
SIZE = int(os.environ.get("LARGE_FILE_MIB", "112")) * MIB
LONG_TIMEOUT_S = 60 + SIZE // (5 * MIB)  # seconds
SOME = 80 * MIB  # of four parts in transit, none can have more than 16 MiB, so one is complete by then


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


@pytest.fixture
def service(weak_settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(weak_settings)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        for _ in range(SIZE // MIB):
            file.write(os.urandom(MIB))
    return path


def begin(page: Page, service: Service, line: WeakLine, *files: Path, until_sent: int = SOME) -> None:
    """Start uploading; the line blocks after so many bytes."""
    page.goto(service.url)
    line.hold_after(until_sent)
    add(page, *files, mood="Happy")
    wait_until(lambda: line.is_blocked)


def pending(service: Service) -> dict[str, Any]:
    """Return the only unfinished upload, as the service reports it."""
    (upload,) = urllib3.request("GET", f"{service.url}/v1/uploads?status=pending").json()["uploads"]
    return dict(urllib3.request("GET", f"{service.url}/v1/uploads/{upload['upload_id']}").json())


def stored_parts(service: Service) -> set[int]:
    return {part["part_number"] for part in pending(service)["stored_parts"]}


def parts_sent(page: Page) -> set[int]:
    """Return a list of the part numbers that this page PUTs from now on; it fills while the test talks to the page."""
    seen = set[int]()

    def note(method: str, url: str) -> None:
        number = re.search(r"[?&]partNumber=(\d+)", url)
        if method == "PUT" and number:
            seen.add(int(number[1]))

    page.on("request", lambda request: note(request.method, request.url))
    return seen


def answered_parts(page: Page) -> set[int]:
    """Return the parts whose answer the page got; a part whose answer was lost is rightly sent again."""
    names = page.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => name)")
    return {int(match[1]) for name in names if (match := re.search(r"[?&]partNumber=(\d+)", name))}


def arrives(page: Page, film: Path, title: str = "film") -> None:
    """Check that the file is in the library, verified by the store, and downloads with the same bytes."""
    expect(page.get_by_role("button", name=f"Play {title}").first).to_be_visible(timeout=LONG_TIMEOUT_S * 1000)
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download {title}").first.click()

    assert sha256_of_file(Path(download.value.path())) == sha256_of_file(film)
    (record,) = page.request.get(urljoin(page.url, "/v1/files")).json()["files"]
    assert record["checksum"] == {"algorithm": "crc32c", "value_base64": crc32c_of(film), "verified": True}


def crc32c_of(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of(iter(lambda: file.read(MIB), b""), "crc32c")


def test_a_cut_in_the_middle_of_parts_heals_by_itself(page: Page, service: Service, line: WeakLine, film: Path) -> None:
    begin(page, service, line, film)

    line.cut()
    line.restore()

    arrives(page, film)


@pytest.mark.parametrize("size", [4 * MIB, 20 * MIB, SIZE], ids=["in one PUT", "in two parts", "in many parts"])
def test_a_byte_that_changes_on_the_way_is_refused_by_the_store(
    page: Page, service: Service, line: WeakLine, film: Path, size: int
) -> None:
    """No file results; sent again, it arrives."""
    os.truncate(film, size)
    page.goto(service.url)
    line.spoil()

    add(page, film, mood="Happy")

    expect(page.get_by_text("The file was damaged on its way.", exact=True)).to_be_visible(
        timeout=LONG_TIMEOUT_S * 1000
    )
    assert page.request.get(urljoin(page.url, "/v1/files")).json()["files"] == []
    page.get_by_role("button", name="Retry film").click()
    arrives(page, film)


def test_a_long_outage_is_told_calmly_and_sat_out(page: Page, service: Service, line: WeakLine, film: Path) -> None:
    begin(page, service, line, film)

    line.cut()
    expect(page.get_by_text("Trying again.", exact=False).first).to_be_visible(timeout=20_000)
    line.restore()

    arrives(page, film)


def test_a_socket_that_goes_silent_is_given_up(page: Page, service: Service, line: WeakLine, film: Path) -> None:
    """The old connections never move again, and only the page's own time-out notices."""
    begin(page, service, line, film)

    line.silence()

    arrives(page, film)


def test_a_paused_file_keeps_what_the_store_has(page: Page, service: Service, line: WeakLine, film: Path) -> None:
    """Requests in transit finish first, so the file needs to be large."""
    os.truncate(film, SIZE + 3 * 16 * MIB)
    begin(page, service, line, film)
    wait_until(lambda: len(stored_parts(service)) > 0)

    page.get_by_role("button", name="Pause film").click()
    expect(page.get_by_text(re.compile(r"^Pausing after the current transfer"))).to_be_visible()
    line.release()
    expect(page.get_by_text(re.compile(r"^Paused · "))).to_be_visible(timeout=LONG_TIMEOUT_S * 1000)
    before = stored_parts(service)
    sent = parts_sent(page)
    page.get_by_role("button", name="Resume film").click()

    arrives(page, film)
    assert before
    assert before.isdisjoint(sent)


def test_after_a_reload_the_file_is_chosen_again_and_goes_on(
    page: Page, service: Service, line: WeakLine, film: Path, tmp_path: Path
) -> None:
    """Choosing another file first is refused with a friendly message."""
    begin(page, service, line, film)
    wait_until(lambda: len(stored_parts(service)) > 0)
    other = tmp_path / "other.mp4"
    other.write_bytes(b"not this one")

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    line.release()
    before = stored_parts(service)
    sent = parts_sent(page)
    again = page.get_by_role("button", name="Choose file film again to resume")
    with page.expect_file_chooser() as chooser:
        again.click()
    chooser.value.set_files(str(other))
    expect(page.get_by_text("That isn't the same file", exact=False)).to_be_visible()
    with page.expect_file_chooser() as chooser:
        again.click()
    chooser.value.set_files(str(film))

    arrives(page, film)
    assert before
    assert before.isdisjoint(sent)


def test_a_killed_tab_is_continued_from_another_browser(
    page: Page, service: Service, line: WeakLine, film: Path, open_page: Callable[..., Page]
) -> None:
    """The new profile knows nothing; the person just adds the file again."""
    begin(page, service, line, film)
    wait_until(lambda: len(stored_parts(service)) > 0)

    page.context.close()
    line.release()
    before = stored_parts(service)
    other = open_page()
    sent = parts_sent(other)
    other.goto(service.url)
    add(other, film, mood="Happy")
    expect(other.get_by_text(re.compile(r"Resuming film at \d+%\."))).to_be_visible()

    arrives(other, film)
    assert before
    assert before.isdisjoint(sent)
    assert urllib3.request("GET", f"{service.url}/v1/uploads?status=pending").json()["uploads"] == []


def test_small_songs_go_on_by_themselves_after_a_reload(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """Both those in transit and those waiting; none is sent twice."""
    songs = [a_song(f"song {number}.wav", hertz=200 + number) for number in range(5)]
    begin(page, service, line, *songs, until_sent=1)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    line.release()

    for number in range(5):
        expect_in_library(page, f"song {number}")
    assert len(urllib3.request("GET", f"{service.url}/v1/files").json()["files"]) == 5


def test_an_address_that_expired_in_line_is_replaced(
    page: Page,
    line: WeakLine,
    weak_settings: Settings,
    serve: Callable[..., Service],
    a_song: Callable[..., Path],
) -> None:
    """One part, whose URL is valid for two seconds and whose PUT is delayed for three."""
    settings = weak_settings.model_copy(update={"put_max_bytes": 1000, "upload_url_expires_in": 2})
    song = a_song("late.wav")
    refused = list[int]()
    page.on("response", lambda answer: refused.append(answer.status) if answer.status == 403 else None)

    begin(page, serve(settings), line, song, until_sent=1)
    page.wait_for_timeout(3000)
    line.release()
    expect_in_library(page, "late")

    assert refused == [403]
    assert stored_bytes(settings) == [song.read_bytes()]


def test_servers_killed_in_the_middle_lose_nothing(
    page: Page,
    mongod: MongodServer,
    serve: Callable[..., Service],
    film: Path,
    tmp_path: Path,
) -> None:
    """kill -9 of gunicorn and MinIO; both return on their ports, and the page has waited."""
    store_port, service_port = free_port(), free_port()
    store = own_store(tmp_path, store_port)
    line = WeakLine(store.endpoint)
    settings = settings_for(store, mongod, minio_public_endpoint=line.url)
    service = serve(settings, port=service_port)
    begin(page, service, line, film)
    wait_until(lambda: len(answered_parts(page)) > 0)
    before = answered_parts(page)
    sent = parts_sent(page)

    service.kill()
    store.server.process.send_signal(signal.SIGKILL)
    store.server.process.wait(10)
    line.cut()
    back = own_store(tmp_path, store_port)
    line.restore()
    serve(settings, port=service_port)

    arrives(page, film)
    assert before
    assert before.isdisjoint(sent)
    back.server.stop()
    line.close()
