"""A song that plays while its bytes move to another store, and one that gets other bytes: two versions never mix."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import urllib3
from playwright.sync_api import Page, expect

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import Service, Store
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.service import files_of
from tests.e2e.songs import cd_tone
from tests.e2e.weak_line import WeakLine
from tests.helpers.moving import run_to_end

pytestmark = [pytest.mark.real, pytest.mark.browser]

# It lasts longer than its move takes, and is too large for the page to fetch all of it at once for its waveform.
SECONDS = 200
SOURCE = "() => document.querySelector('audio')?.getAttribute('src') ?? ''"
# Whatever would show that playing was interrupted, and where playing began again.
WATCH = """() => {
  const media = document.querySelector("audio");
  const seen = (globalThis.seen = { breaks: [], began: [] });
  for (const type of ["error", "emptied", "seeking", "pause", "ended"])
    media.addEventListener(type, () => seen.breaks.push(`${type} at ${media.currentTime}`));
  media.addEventListener("playing", () => seen.began.push(media.currentTime));
}"""
# The SHA-256 of what the media worker serves; null if it does not serve it to its end.
SERVED = """async (address) => {
  try {
    const whole = await (await fetch(address)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return null;
  }
}"""


def play(page: Page, title: str) -> str:
    """Play a song, and wait until it is audible; return the worker's address of it."""
    page.get_by_role("button", name=f"Play {title}", exact=True).first.click()
    wait_until(lambda: page.evaluate(PLAYED) > 0.2, seconds=60)
    page.evaluate(WATCH)
    address = str(page.evaluate(SOURCE))
    assert address.startswith("/media/")
    return address


def plays_on(page: Page) -> None:
    now = page.evaluate(PLAYED)
    wait_until(lambda: page.evaluate(PLAYED) > now + 1, seconds=60)


def gets(line: WeakLine) -> int:
    return sum(request.startswith("GET") for request in line.requests)


@dataclass(frozen=True)
class House:
    """A service with two stores, each at the end of a line of its own."""

    service: Service
    settings: Settings
    lines: dict[str, WeakLine]

    def move(self, to: str) -> None:
        """As an operator does it."""
        code, _, error = run_to_end(self.settings, "store", "move", "--to", to)
        assert code == 0, error

    def etag(self) -> str:
        return str(files_of(self.service)[0]["etag"])


@pytest.fixture
def house(two_stores: Settings, minio: Store, versitygw: Store, serve: Callable[..., Service]) -> Iterator[House]:
    """Its URLs live so briefly that each piece of a song needs one of its own."""
    lines, port = {"1": WeakLine(minio.endpoint), "2": WeakLine(versitygw.endpoint)}, free_port()
    public = {"minio_public_endpoint": lines["1"].url, "store_2_public_endpoint": lines["2"].url}
    own = {"port": port, "download_url_expires_in": 3}
    settings = Settings(**{**two_stores.model_dump(exclude_unset=True), **public, **own})
    yield House(serve(settings, port=port), settings, lines)
    for line in lines.values():
        line.close()


KEY = "uploads/local/long.wav"


def send_song(service: Service, song: bytes) -> None:
    """In one request, as older clients do; a second time it replaces the song."""
    url = urllib3.request("GET", f"{service.url}/s3/upload-url", fields={"key": KEY}).json()["url"]
    urllib3.request("PUT", url, body=song, headers={"Content-Type": "audio/wav"})
    named = {"key": KEY, "title": "long", "artist": "A", "mood": "happy"}
    assert urllib3.request("POST", f"{service.url}/songs", json=named).status in (200, 201)


@pytest.mark.parametrize("to", ["2", "1"], ids=["minio_to_versitygw", "versitygw_to_minio"])
def test_a_song_plays_on_while_it_moves(page: Page, house: House, to: str) -> None:
    """Without a break, although its ETag changes, because the move copies it in parts.

    Every byte is the song's, from whichever store it came.
    """
    song = cd_tone(SECONDS)
    send_song(house.service, song)
    if to == "1":
        house.move("2")
    left, came = house.lines["2" if to == "1" else "1"], house.lines[to]
    before = house.etag()
    page.goto(house.service.url)
    address = play(page, "long")
    assert gets(left) > 0
    assert gets(came) == 0

    house.move(to)
    wait_until(lambda: gets(came) > 1, seconds=120)
    left.cut()
    plays_on(page)

    assert house.etag() != before
    assert page.evaluate("() => seen.breaks") == []
    assert page.evaluate(SOURCE) == address
    assert page.evaluate(SERVED, address) == hashlib.sha256(song).hexdigest()
    assert page.evaluate("() => seen.breaks") == []


def test_a_song_that_gets_other_bytes_goes_on_in_those_at_the_same_second(
    page: Page, line: WeakLine, weak_settings: Settings, serve: Callable[..., Service]
) -> None:
    """It begins anew, and never has a piece of each. What was fetched of the old one is not served again."""
    service = serve(weak_settings.model_copy(update={"download_url_expires_in": 3}))
    first, second = cd_tone(SECONDS), cd_tone(SECONDS, hertz=550)
    send_song(service, first)
    page.goto(service.url)
    address = play(page, "long")
    wait_until(lambda: page.evaluate(PLAYED) > 3, seconds=60)

    send_song(service, second)
    wait_until(lambda: not str(page.evaluate(SOURCE)).startswith("/media/"), seconds=120)
    plays_on(page)

    assert all(second > 3 for second in page.evaluate("() => seen.began"))
    assert page.evaluate(SERVED, address) is None
    expect(page.get_by_role("region", name="Player").get_by_role("alert")).to_have_count(0)
    page.reload()
    address = play(page, "long")
    assert page.evaluate(SERVED, address) == hashlib.sha256(second).hexdigest()
