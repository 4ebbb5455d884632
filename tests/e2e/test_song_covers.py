"""Covers of songs without one, drawn from their waveform and mood: in every list, the player and on the lock screen."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from service.uploads.derived import Derived, DerivedState
from service.uploads.model import Upload
from tests.conftest import Service, prepared_ports
from tests.e2e.axe import violations
from tests.e2e.page import wait_until
from tests.e2e.records import a_record, find_documents, insert
from tests.e2e.service import files_of
from tests.e2e.songs import send, tone

pytestmark = [pytest.mark.real, pytest.mark.browser]

Serve = Callable[..., Service]
SWELLING = bytes(range(0, 252, 7))
FADING = SWELLING[::-1]
PATHS = "(cover) => [...cover.querySelectorAll('path')].map((path) => path.getAttribute('d')).join()"
# What the lock screen gets, as three of its pixels; null until there is a picture.
ARTWORK = """async () => {
  const [artwork] = navigator.mediaSession.metadata?.artwork ?? [];
  if (!artwork) return null;
  const picture = new Image();
  picture.src = artwork.src;
  await picture.decode();
  const context = new OffscreenCanvas(3, 3).getContext("2d");
  context.drawImage(picture, 0, 0, 3, 3);
  const pixels = [...context.getImageData(0, 0, 3, 3).data];
  return { size: `${picture.naturalWidth}x${picture.naturalHeight}`, named: artwork.sizes, pixels };
}"""


def a_measured(number: int, title: str, waveform: bytes, mood: str | None) -> Upload:
    """Return a song of which a worker has made a waveform."""
    song = a_record(number, title=title, mood=mood, artist="Lena Moor", album=f"Album of {title}")
    small = base64.b64encode(waveform).decode()
    return replace(song, derived=Derived(DerivedState.READY, song.source, waveform=small), derived_revision=1)


@pytest.fixture
def songs(settings: Settings, serve: Serve) -> Service:
    service = serve(settings)
    insert(
        settings,
        [
            a_measured(1, "Swelling", SWELLING, "happy"),
            a_measured(2, "Fading", FADING, "happy"),
            a_measured(3, "Blue", SWELLING, "sad"),
            a_measured(4, "Still", SWELLING, "neutral"),
            a_measured(5, "Whatever", SWELLING, None),
            a_record(6, title="Unmeasured", mood="happy"),
        ],
    )
    return service


TITLES = ("Swelling", "Fading", "Blue", "Still", "Whatever", "Unmeasured")


def drawing(place: Locator) -> str:
    """Return what is drawn there."""
    cover = place.locator(".song-cover").first
    expect(cover).to_be_visible()
    return str(cover.evaluate(PATHS))


def listed(page: Page, title: str) -> str:
    return drawing(page.get_by_role("button", name=f"Play {title}", exact=True))


def test_each_song_has_a_cover_of_its_own_which_is_the_same_everywhere(page: Page, songs: Service) -> None:
    """In the list, among the covers, as an album, on its page; after a reload; in each window and theme."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(songs.url)
    covers = {title: listed(page, title) for title in TITLES}
    assert len(set(covers.values())) == len(TITLES)
    assert violations(page) == []

    page.get_by_role("link", name="Blue").first.click()
    assert drawing(page.get_by_role("dialog")) == covers["Blue"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show covers").click()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert {title: listed(page, title) for title in TITLES} == covers
    assert violations(page) == []
    page.get_by_role("link", name="Albums", exact=True).click()
    assert drawing(page.get_by_role("listitem").filter(has_text="Album of Fading")) == covers["Fading"]


def test_a_cover_follows_the_mood(page: Page, songs: Service) -> None:
    """In its shape and in its colours."""
    (file_id,) = [file["file_id"] for file in files_of(songs) if file["title"] == "Swelling"]
    page.goto(songs.url)
    before = listed(page, "Swelling")

    urllib3.request("PATCH", f"{songs.url}/v1/files/{file_id}", json={"mood": "sad"})
    page.reload()

    assert listed(page, "Swelling") != before
    cover = page.get_by_role("button", name="Play Swelling", exact=True).locator(".cover")
    expect(cover).to_have_attribute("data-hue", "sad")


def test_a_cover_stays_a_picture_where_the_system_chooses_the_colours(page: Page, songs: Service) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(songs.url)
    listed(page, "Blue")

    cover = page.get_by_role("button", name="Play Blue").locator(".song-cover")
    assert "gradient" in cover.evaluate("(cover) => getComputedStyle(cover).backgroundImage")
    assert cover.evaluate("(cover) => getComputedStyle(cover).forcedColorAdjust") == "none"


def artwork(page: Page, title: str) -> Any:
    """Play the song, and return what the lock screen shows."""
    page.get_by_role("button", name=f"Play {title}", exact=True).click()
    wait_until(lambda: page.evaluate("() => navigator.mediaSession.metadata?.title") == title)
    wait_until(lambda: page.evaluate(ARTWORK) is not None)
    return page.evaluate(ARTWORK)


def test_the_lock_screen_and_the_player_show_the_drawn_cover(page: Page, settings: Settings, serve: Serve) -> None:
    service = serve(settings)
    for title, mood in (("Sunny", "happy"), ("Rainy", "sad"), ("Other rain", "sad")):
        send(service, tone(30), f"{title}.wav", title=title, mood=mood)
    page.goto(service.url)
    covers = {title: listed(page, title) for title in ("Sunny", "Rainy", "Other rain")}

    pictures = [artwork(page, title) for title in covers]

    assert {(picture["size"], picture["named"]) for picture in pictures} == {("512x512", "512x512")}
    assert len({str(picture["pixels"]) for picture in pictures}) == 3
    assert drawing(page.get_by_role("region", name="Player")) == covers["Other rain"]
    page.get_by_role("button", name="Open now playing").click()
    view = page.get_by_role("dialog", name="Now playing")
    assert drawing(view.locator(".now-art")) == covers["Other rain"]
    assert violations(page) == []


def size_of(cover: Locator) -> tuple[float, float]:
    box = cover.bounding_box()
    assert box
    return box["width"], box["height"]


def test_the_cover_of_a_new_song_becomes_that_of_its_waveform(page: Page, settings: Settings, songs: Service) -> None:
    """Once a worker has measured it: in the same place and of the same size."""
    page.goto(songs.url)
    cover = page.get_by_role("button", name="Play Unmeasured", exact=True).locator(".cover")
    before, size = listed(page, "Unmeasured"), size_of(cover)

    (document,) = find_documents(settings, title="Unmeasured")
    measured = a_measured(6, "Unmeasured", FADING, "happy")
    with prepared_ports(settings) as ports:
        ports.records.change(document["_id"], {}, {"derived": measured.derived, "derived_revision": 1})
    page.reload()

    assert listed(page, "Unmeasured") != before
    assert size_of(cover) == size
