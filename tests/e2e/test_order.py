"""Songs that were chosen together stay in the order in which they were chosen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import add, expect_in_library, wait_until
from tests.e2e.service import files_of
from tests.e2e.tagged_song import png, tagged_song
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser]

MIB = 1024 * 1024
SLOW = {"offline": False, "latency": 40, "downloadThroughput": -1, "uploadThroughput": 4 * MIB}


def test_an_album_on_a_slow_line_is_listed_in_its_order(
    page: Page, settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Newest first, although long songs finish later than those behind them; also after a reload."""
    titles = [f"Track {number}" for number in range(1, 9)]
    songs = [tmp_path / f"{title}.wav" for title in titles]
    for song in songs:
        song.write_bytes(b"RIFF" * (MIB if song in songs[::3] else 1000))
    page.goto(serve(settings).url)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)

    add(page, *songs, mood="Happy")

    listed = page.get_by_role("button", name="Play Track")
    expect(listed).to_have_count(8, timeout=60_000)
    names = [f"Play {title}" for title in reversed(titles)]
    assert [one.get_attribute("aria-label") for one in listed.all()] == names
    page.reload()
    expect(listed).to_have_count(8)
    assert [one.get_attribute("aria-label") for one in listed.all()] == names


def test_on_a_slow_line_songs_go_one_at_a_time_and_the_smallest_first(
    page: Page, weak_settings: Settings, serve: Callable[..., Service], line: WeakLine, tmp_path: Path
) -> None:
    """Although it is chosen last. It is listed while the others travel."""
    sizes = {"Long": 400, "Middle": 200, "Short": 150}
    for title, size in sizes.items():
        (tmp_path / f"{title}.wav").write_bytes(b"RIFF" * (size * 256))
    page.goto(serve(weak_settings).url)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": MIB // 8})
    line.hold_after_puts(1)

    add(page, *(tmp_path / f"{title}.wav" for title in sizes), mood="Happy")

    listed = page.get_by_role("button", name=re.compile("^Play (Long|Middle|Short)$"))
    expect(listed).to_have_count(1)
    expect(listed).to_have_accessible_name("Play Short")
    wait_until(lambda: line.is_blocked)
    assert sum("/uploads/local/" in one for one in line.requests if one.startswith("PUT ")) == 2
    line.release()
    expect(listed).to_have_count(3, timeout=60_000)


def test_a_song_is_listed_before_its_cover_is_sent(
    page: Page, weak_settings: Settings, serve: Callable[..., Service], line: WeakLine, tmp_path: Path
) -> None:
    """With the picture from its tag, which is on this device."""
    song = tmp_path / "low-tide.mp3"
    tagged_song(song, title="Low Tide", artist="Oda Vik", album="Coast", picture=png(64, (0x30, 0x50, 0x90)), seconds=5)
    service = serve(weak_settings)
    page.goto(service.url)
    line.hold_after_puts(1)

    add(page, song, mood="Happy")

    expect_in_library(page, "Low Tide")
    wait_until(lambda: line.is_blocked)
    row = page.get_by_role("listitem").filter(has_text="Low Tide")
    expect(row.locator("img[src^='blob:']").first).to_be_visible()
    assert files_of(service)[0]["cover_id"] is None
    line.release()
    wait_until(lambda: files_of(service)[0]["cover_id"] is not None)
    expect(row).to_have_count(1)
