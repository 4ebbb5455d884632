"""The published Uppy 5 and Uppy 6 in Chromium, against the service on a real MinIO and mongod.

The page comes from the service itself (open mode) or from another port (with tokens). Its connections to the store and
to the service go through lines that a test can block and cut.
"""

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Page

from dev.minio import EVENTS_ARN
from dev.ports import free_port
from dev.servers import Webhook
from dev.uppy import MAJORS, SOURCE, bundle
from service.store.s3.store import s3_client
from tests.conftest import services
from tests.e2e.page import wait_until
from tests.e2e.uppy_page import UppyPage
from tests.e2e.uppy_world import MIB, SIZE, SOME, World, begin, count_stored_parts, documents, expire, recorded
from tests.e2e.weak_line import WeakLine
from tests.helpers.tokens import SECRET, bearer
from tests.integration.frail import Frail

pytestmark = [pytest.mark.real, pytest.mark.browser]

MOST = 20 * MIB
HOOK_SECRET = "the-secret-of-the-webhook"
# The page for both versions of Uppy; it may contain no inline script.
CHOOSE = "await import(`/assets/${location.search.slice(1)}.js`);\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the page, built as an app builds it."""
    folder = tmp_path_factory.mktemp("page")
    copy(SOURCE / "index.html", folder)
    for major in MAJORS:
        bundle(major, folder / "assets" / f"{major}.js")
    (folder / "assets" / "page.js").write_text(CHOOSE)
    return folder


@pytest.fixture(scope="module")
def elsewhere(root: Path) -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
        pass


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, root: Path, elsewhere: str) -> Iterator[World]:
    folder, port = tmp_path_factory.mktemp("uppy"), free_port()
    hook = Webhook(f"http://127.0.0.1:{port}/v1/events/store", HOOK_SECRET, folder / "events")
    servers = Frail(folder, webhook=hook)
    servers.start_database()
    servers.start_store()
    store = WeakLine(f"http://127.0.0.1:{servers.port}")
    make = partial(
        servers.settings,
        minio_public_endpoint=store.url,
        minio_events_arn=EVENTS_ARN,
        events_secret=HOOK_SECRET,
        max_upload_bytes=MOST,
        upload_url_expires_in=2,
        sweep_interval=0,
        web_root=str(root),
    )
    with services(folder) as start:
        open_ = start(make(), port=port)
        guarded = start(make(auth_mode="jwt", jwt_secret=SECRET, cors_origins=elsewhere))
        yield World(make(), WeakLine(open_.url), guarded, store, elsewhere)
    servers.stop()


@pytest.fixture(autouse=True)
def whole(world: World) -> Iterator[None]:
    """Restore both lines after each test."""
    yield
    world.store.restore()
    world.service.restore()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A fresh profile; a refusal by the content security policy fails the test, but Uppy's own errors do not."""
    return open_page(errors_allowed=True)


@pytest.fixture(params=MAJORS)
def uppy(page: Page, request: pytest.FixtureRequest, world: World) -> UppyPage:
    """A page with an Uppy, on the service's own origin."""
    opened = UppyPage(page, request.param)
    opened.open(world.service.url)
    return opened


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    """Make a file of random bytes; its name shows that it belongs to this test."""

    def make(name: str = "Ärger №1 & co.mp3", size: int = SIZE) -> Path:
        path = tmp_path / f"{tmp_path.name} {name}"
        path.write_bytes(os.urandom(size))
        return path

    return make


def test_one_piece_arrives(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Under its own name, with its mood; the key that Uppy shows is the form's."""
    file = a_file(size=100_000)
    uppy.start(uppy.at(world.service.url), meta={"mood": "happy", "title": "Füße", "artist": "Ψ"})
    uppy.add([file])
    uppy.upload()

    answer = uppy.arrives()

    record = recorded(world, file)
    assert (record["mood"], record["title"], record["artist"]) == ("happy", "Füße", "Ψ")
    assert record["content_type"] == "audio/mpeg"
    assert answer["body"]["key"].startswith("incoming/local/")
    assert answer["body"]["location"].startswith(world.store.url)


@pytest.mark.parametrize("size_in_meta", [False, True])
def test_parts_arrive(uppy: UppyPage, world: World, a_file: Callable[..., Path], size_in_meta: bool) -> None:
    """No client confirms anything; the answer names the file."""
    file = a_file()
    uppy.start(uppy.at(world.service.url, multipart=True), sizeInMeta=size_in_meta, meta={"mood": "sad"})
    uppy.add([file])
    uppy.upload()

    answer = uppy.arrives()

    record = recorded(world, file)
    assert (record["mood"], record["size_bytes"]) == ("sad", SIZE)
    assert answer["body"]["key"] == record["object_key"]
    assert answer["body"].get("id", record["file_id"]) == record["file_id"]


def test_parts_of_another_size_arrive(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Given by the app's getChunkSize and sent with the size."""
    file = a_file(size=13 * MIB)
    uppy.start(uppy.at(world.service.url, multipart=True, chunkSize=6 * MIB), sizeInMeta=True)
    uppy.add([file])
    uppy.upload()

    uppy.arrives()

    assert recorded(world, file)["size_bytes"] == 13 * MIB


def test_many_at_once_and_an_empty_one(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Six in parallel, which is Uppy's default."""
    files = [a_file(f"{number}.mp3", size=number * 1000) for number in range(8)]
    uppy.start(uppy.at(world.service.url, limit=6))
    uppy.add(files)
    uppy.upload()

    uppy.arrives(len(files))

    assert [recorded(world, file)["size_bytes"] for file in files] == [number * 1000 for number in range(8)]


def test_an_empty_file_arrives_where_all_go_in_parts(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Uppy 5 sends one empty part, Uppy 6 a form."""
    file = a_file(size=0)
    uppy.start(uppy.at(world.service.url, multipart=True))
    uppy.add([file])
    uppy.upload()

    uppy.arrives()

    assert recorded(world, file)["size_bytes"] == 0


def test_a_pause_keeps_what_was_sent(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    file = a_file()
    begin(uppy, world, file)

    uppy.do("pauseAll")
    world.store.release()
    assert count_stored_parts(world, file) >= 1
    uppy.do("resumeAll")

    uppy.arrives()
    recorded(world, file)


def test_a_store_that_was_away_is_sat_out(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Uppy 5 retries by itself and Uppy 6 on request; both resume."""
    file = a_file()
    begin(uppy, world, file)

    world.store.cut()
    if uppy.major == "v6":
        uppy.fails()
    world.store.restore()
    if uppy.major == "v6":
        uppy.do("retryAll")

    uppy.arrives()
    recorded(world, file)


def test_a_service_that_was_away_is_asked_again(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """It disappears after the last part, so the complete fails. One retry gives one file."""
    file = a_file()
    begin(uppy, world, file)

    world.service.cut()
    world.store.release()
    uppy.fails()
    world.service.restore()
    uppy.do("retryAll")

    uppy.arrives()
    recorded(world, file)


def test_a_reload_goes_on(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """Golden Retriever has stored the file and our ids with it."""
    file = a_file()
    begin(uppy, world, file, retrieve=True)
    uppy.page.wait_for_timeout(1500)  # it stores the file half a second later

    uppy.reload()
    world.store.release()
    uppy.start(uppy.at(world.service.url, multipart=True), retrieve=True)
    uppy.sees("restored")
    assert count_stored_parts(world, file) >= 1
    uppy.do("emit", "restore-confirmed")

    uppy.arrives()
    recorded(world, file)


def test_a_cancel_leaves_nothing(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """After its grace."""
    file = a_file()
    begin(uppy, world, file)
    [upload] = documents(world, {"filename": file.name})

    uppy.do("cancelAll")
    wait_until(lambda: documents(world, {"filename": file.name})[0].get("abort_at") is not None)
    world.store.release()
    expire(world, upload["_id"])

    client = s3_client(world.settings)
    where = {"Bucket": upload["bucket"], "Prefix": upload["object_key"]}
    assert client.list_multipart_uploads(**where).get("Uploads", []) == []
    assert client.list_object_versions(**where).get("Versions", []) == []
    assert documents(world, {"filename": file.name})[0]["status"] == "aborted"


WRONG = [
    ("notes.txt", 1000, {}, "is not accepted", "UNSUPPORTED MEDIA TYPE"),
    ("long.mp3", MOST + 1, {}, "at most 20971520 are allowed", "REQUEST ENTITY TOO LARGE"),
    ("grim.mp3", 1000, {"mood": "grim"}, "'grim' is not a mood", "UNPROCESSABLE ENTITY"),
]


@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.parametrize(("name", "size", "meta", "in_v5", "in_v6"), WRONG, ids=["type", "size", "mood"])
def test_what_is_refused_is_told(
    uppy: UppyPage,
    world: World,
    a_file: Callable[..., Path],
    multipart: bool,
    name: str,
    size: int,
    meta: dict[str, str],
    in_v5: str,
    in_v6: str,
) -> None:
    """Uppy 5 shows our message. Uppy 6 shows only the HTTP status."""
    uppy.start(uppy.at(world.service.url, multipart=multipart), sizeInMeta=True, meta=meta)
    uppy.add([a_file(name, size)])
    uppy.upload()

    words = uppy.fails()

    assert in_v5 in words if uppy.major == "v5" else in_v6 in words.upper()


def test_an_address_that_expired_is_replaced(uppy: UppyPage, world: World, a_file: Callable[..., Path]) -> None:
    """A URL valid for two seconds is delayed for three: Uppy 5 recognises the store's error and asks again."""
    file = a_file(size=1000)
    uppy.start(uppy.at(world.service.url, multipart=True), sizeInMeta=True)
    uppy.add([file])
    world.store.hold_after(1)
    uppy.upload()
    wait_until(lambda: world.store.is_blocked)
    uppy.page.wait_for_timeout(3000)

    world.store.release()
    if uppy.major == "v6":
        assert uppy.fails()
        uppy.do("retryAll")

    uppy.arrives()
    recorded(world, file)


# --- with tokens, from another origin ----------------------------------------------------------
@pytest.mark.parametrize("size_in_meta", [False, True])
@pytest.mark.parametrize("multipart", [False, True])
def test_uppy_5_sends_its_token_in_a_header(
    page: Page, world: World, a_file: Callable[..., Path], multipart: bool, size_in_meta: bool
) -> None:
    """With a known size, one piece is a sealed PUT to its final key."""
    uppy, file = UppyPage(page, "v5"), a_file()
    uppy.open(world.elsewhere)
    s3 = uppy.at(world.guarded.url, multipart=multipart, headers=bearer())
    uppy.start(s3, sizeInMeta=size_in_meta, meta={"mood": "happy"})
    uppy.add([file])
    uppy.upload()

    answer = uppy.arrives()

    record = recorded(world, file, bearer())
    assert (record["owner"], record["mood"]) == ("u1", "happy")
    sealed = multipart or size_in_meta
    assert answer["body"]["key"] == record["object_key"] if sealed else answer["body"]["key"].startswith("incoming/u1/")


@pytest.mark.parametrize("described", [False, True])
@pytest.mark.parametrize("multipart", [False, True])
def test_uppy_6_signs_each_request_with_its_token(
    page: Page, world: World, a_file: Callable[..., Path], multipart: bool, described: bool
) -> None:
    """By the recipe in docs/uppy.md, with and without what the app knows about its files; it also lists parts."""
    uppy, file = UppyPage(page, "v6"), a_file()
    uppy.open(world.elsewhere)
    sign = {"endpoint": world.guarded.url, "headers": bearer(), "described": described}
    uppy.start({"sign": sign, "multipart": multipart, "limit": 1}, meta={"mood": "happy"})
    uppy.add([file])
    if multipart:
        world.store.hold_after(SOME)
    uppy.upload()
    if multipart:
        wait_until(lambda: world.store.is_blocked and count_stored_parts(world, file) == 1)
        uppy.do("pauseAll")
        world.store.release()
        uppy.do("resumeAll")

    answer = uppy.arrives()

    record = recorded(world, file, bearer())
    assert (record["owner"], record["mood"]) == ("u1", "happy" if described else None)
    # Without the size, one piece is a form.
    assert (answer["body"]["key"] == record["object_key"]) == (multipart or described)


@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.parametrize("major", MAJORS)
def test_an_upload_token_in_the_address_is_enough(
    page: Page, world: World, a_file: Callable[..., Path], major: str, multipart: bool
) -> None:
    """The page on the other origin has no other credential."""
    asked = urllib3.request("POST", f"{world.guarded.url}/v1/upload-tokens", headers=bearer(), json={})
    uppy, file = UppyPage(page, major), a_file()
    uppy.open(world.elsewhere)
    uppy.start(uppy.at(asked.json()["companion_url"], multipart=multipart))
    uppy.add([file])
    uppy.upload()

    uppy.arrives()

    assert recorded(world, file, bearer())["owner"] == "u1"


SIGN_IN = "headers => fetch('/v1/session', { method: 'POST', headers }).then(answer => answer.status)"


@pytest.mark.parametrize("multipart", [False, True])
@pytest.mark.parametrize("major", MAJORS)
def test_the_services_own_page_sends_its_cookie(
    page: Page, world: World, a_file: Callable[..., Path], major: str, multipart: bool
) -> None:
    """Uppy needs no information about the user."""
    uppy, file = UppyPage(page, major), a_file()
    uppy.open(world.guarded.url)
    assert page.evaluate(SIGN_IN, bearer()) == 201
    uppy.start(uppy.at(world.guarded.url, multipart=multipart))
    uppy.add([file])
    uppy.upload()

    uppy.arrives()

    assert recorded(world, file, bearer())["owner"] == "u1"


def test_uppy_6_cancels_by_a_signed_request(page: Page, world: World, a_file: Callable[..., Path]) -> None:
    uppy, file = UppyPage(page, "v6"), a_file()
    uppy.open(world.elsewhere)
    uppy.start({"sign": {"endpoint": world.guarded.url, "headers": bearer(), "described": True}, "multipart": True})
    uppy.add([file])
    world.store.hold_after(SOME)
    uppy.upload()
    wait_until(lambda: world.store.is_blocked and count_stored_parts(world, file) == 1)

    uppy.do("cancelAll")

    wait_until(lambda: documents(world, {"filename": file.name})[0].get("abort_at") is not None)


def test_uppy_6_shows_why_a_request_is_not_signed(page: Page, world: World, a_file: Callable[..., Path]) -> None:
    uppy = UppyPage(page, "v6")
    uppy.open(world.elsewhere)
    uppy.start({"sign": {"endpoint": world.guarded.url, "headers": bearer(), "described": True}})
    uppy.add([a_file("notes.txt", 1000)])
    uppy.upload()

    assert "is not accepted" in uppy.fails()


@pytest.mark.parametrize("major", MAJORS)
def test_without_a_token_nothing_is_sent(page: Page, world: World, a_file: Callable[..., Path], major: str) -> None:
    """And the page on the other origin may read why."""
    uppy = UppyPage(page, major)
    uppy.open(world.elsewhere)
    uppy.start(uppy.at(world.guarded.url))
    uppy.add([a_file(size=1000)])
    uppy.upload()

    assert "UNAUTHORIZED" in uppy.fails().upper() or major == "v5"


def test_a_slash_too_many_is_no_matter(page: Page, world: World, a_file: Callable[..., Path]) -> None:
    """Uppy 6 keeps a final slash in its configured address."""
    uppy, file = UppyPage(page, "v6"), a_file()
    uppy.open(world.service.url)
    uppy.start(uppy.at(f"{world.service.url}/", multipart=True))
    uppy.add([file])
    uppy.upload()

    uppy.arrives()

    recorded(world, file)
