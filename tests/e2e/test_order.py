"""Songs that were chosen together stay in the order in which they were chosen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import add

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


def test_on_a_slow_line_the_smallest_song_is_listed_while_the_others_travel(
    page: Page, settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Although it is chosen last."""
    sizes = {"Long": 400, "Middle": 200, "Short": 150}
    for title, size in sizes.items():
        (tmp_path / f"{title}.wav").write_bytes(b"RIFF" * (size * 256))
    page.goto(serve(settings).url)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": MIB // 8})

    add(page, *(tmp_path / f"{title}.wav" for title in sizes), mood="Happy")

    listed = page.get_by_role("button", name=re.compile("^Play (Long|Middle|Short)$"))
    expect(listed).to_have_count(1, timeout=20_000)
    expect(listed).to_have_accessible_name("Play Short")
    expect(listed).to_have_count(3, timeout=60_000)
