"""Fixtures: a real Chromium on the built page, served by gunicorn, with a real MinIO and mongod."""

import math
import struct
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.chromium import find_chromium
from dev.servers import MongodServer
from service.settings import Settings
from tests.conftest import ROOT, Store, services, settings_for
from tests.e2e.admin_views import PEOPLE
from tests.e2e.chromium import RunningChromium, fresh_page
from tests.e2e.cinema import MEDIA, open_cinema
from tests.e2e.imported_people import add_people
from tests.e2e.songs import send_all
from tests.e2e.views import clear
from tests.e2e.weak_line import WeakLine
from tests.e2e.world import World
from tests.helpers.tokens import SECRET

# A busy machine takes long, and a wait that ends well costs nothing.
expect.set_options(timeout=20_000)

MEMBERS = {
    "auth_mode": "accounts",
    "mail_page": True,
    "rate_limits": False,
    "quota_bytes": 5_000_000_000,
    "quota_files": 1000,
}


@pytest.fixture(scope="session")
def running_chromium() -> Iterator[RunningChromium]:
    """Chromium for all tests. `make test` installs it, and CI requires it."""
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine: `make test` says how to install one")
    if not (ROOT / "web" / "dist" / "index.html").is_file():
        pytest.fail("the page is not built: make web")
    with RunningChromium() as running:
        yield running


@pytest.fixture
def browser(running_chromium: RunningChromium, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The one browser of the run. After a failed test it is a new one: the old may hang."""
    failed = request.session.testsfailed
    yield running_chromium.browser()
    if request.session.testsfailed > failed:
        running_chromium.forget()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page as `fresh_page` does; it is closed after the test."""
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(fresh_page(browser, **options))


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page in a fresh profile. A script error or a violation of the content security policy fails the test."""
    return open_page()


@pytest.fixture
def watched_page(open_page: Callable[..., Page]) -> Page:
    """A page whose requests a test counts, holds or answers.

    It has no service worker: while one begins to control a page, some requests pass unseen by Playwright.
    """
    return open_page(service_workers="block")


@pytest.fixture
def a_song(tmp_path: Path) -> Callable[..., Path]:
    """Write a real WAV: a tone of a given length."""

    def make(name: str, *, seconds: float = 3, hertz: float = 330) -> Path:
        return write_tone(tmp_path / name, seconds=seconds, hertz=hertz)

    return make


def write_tone(path: Path, *, seconds: float = 3, hertz: float = 330) -> Path:
    rate = 22_050
    samples = (math.sin(2 * math.pi * hertz * n / rate) for n in range(int(seconds * rate)))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", int(12_000 * sample)) for sample in samples))
    return path


@pytest.fixture
def line(minio: Store) -> Iterator[WeakLine]:
    weak = WeakLine(minio.endpoint)
    yield weak
    weak.close()


@pytest.fixture
def weak_settings(settings: Settings, line: WeakLine) -> Settings:
    """The browser reaches the store over the weak line, the service as usual."""
    return settings.model_copy(update={"minio_public_endpoint": line.url})


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, minio: Store, mongod: MongodServer, worker_keys: dict[str, str]
) -> Iterator[World]:
    """The servers that the views of views.py need, started once per file."""
    line, folder = WeakLine(minio.endpoint), tmp_path_factory.mktemp("world")
    members = settings_for(minio, mongod, **MEMBERS)
    add_people(members, PEOPLE)
    with services(folder) as start:
        made = World(
            empty=start(settings_for(minio, mongod)),
            full=start(settings_for(minio, mongod, minio_public_endpoint=line.url, history=True)),
            guarded=start(settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)),
            members=start(members),
            cinema=cache(lambda: open_cinema(start, settings_for(minio, mongod, **MEDIA), worker_keys, folder)),
            line=line,
        )
        send_all(made.full)
        yield made
    line.close()


@pytest.fixture
def flowing(world: World) -> Iterator[World]:
    """The world, whose unfinished uploads are removed after each test."""
    yield world
    clear(world)
