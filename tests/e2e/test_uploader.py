"""Choosing and sending songs as people do, on bad days too, in Chromium on the real servers."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import urllib3
from playwright.sync_api import Browser, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.chromium import chromium, fresh_page
from tests.e2e.page import choose, expect_in_library, pick_mood, upload_panel, wait_until
from tests.e2e.servers import stored_bytes
from tests.e2e.service import files_of
from tests.e2e.tagged_song import png, tagged_song
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

MIB = 1024 * 1024
RED = (200, 30, 40)
LONG_TIMEOUT_MS = 60_000  # ms


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    return tagged_song(
        tmp_path / "01 track.mp3",
        title="Ünder the Bridge",
        artist="The Tönes",
        album="Älbum One",
        picture=png(1100, RED),
        seconds=3,
    )


def test_a_songs_own_tags_fill_the_panel_and_can_be_put_right(
    page: Page, settings: Settings, serve: Callable[..., Service], tagged: Path
) -> None:
    """Title, artist, album, length and picture come from the file; what a person types takes precedence."""
    service = serve(settings)
    page.goto(service.url)

    choose(page, tagged)
    panel = upload_panel(page)
    expect(panel.get_by_label("Title of 01 track.mp3")).to_have_value("Ünder the Bridge")
    expect(panel.get_by_label("Artist of 01 track.mp3")).to_have_value("The Tönes")
    expect(panel.get_by_label("Album of 01 track.mp3")).to_have_value("Älbum One")
    expect(panel.get_by_text(re.compile(r"0:03 · "))).to_be_visible()
    expect(panel.locator("img")).to_have_js_property("naturalWidth", 1024)
    panel.get_by_label("Album of 01 track.mp3").fill("Mine")
    panel.get_by_role("button", name="Upload 1 file").click()
    expect_in_library(page, "Ünder the Bridge")

    (file,) = files_of(service)
    assert (file["title"], file["artist"], file["album"]) == ("Ünder the Bridge", "The Tönes", "Mine")
    assert file["duration_seconds"] == pytest.approx(3, abs=0.1)
    wait_until(lambda: files_of(service)[0]["cover_id"] is not None)
    cover = urllib3.request("GET", f"{service.url}/v1/files/{file['file_id']}/cover")
    assert (cover.status, cover.data[:3]) == (200, b"\xff\xd8\xff")


def test_a_cover_is_sent_after_a_reload_that_came_between_its_song_and_it(
    page: Page, weak_settings: Settings, serve: Callable[..., Service], line: WeakLine, tagged: Path
) -> None:
    """The song is confirmed but its picture is not sent; after the reload, only the picture is."""
    service = serve(weak_settings)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(service.url)
    line.hold_after_puts(1)
    choose(page, tagged)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    wait_until(lambda: line.is_blocked)
    assert [file["cover_id"] for file in files_of(service)] == [None]

    line.cut()
    page.reload()
    line.restore()

    wait_until(lambda: files_of(service)[0]["cover_id"] is not None)
    (file,) = files_of(service)
    cover = urllib3.request("GET", f"{service.url}/v1/files/{file['file_id']}/cover")
    assert cover.data[:3] == b"\xff\xd8\xff"
    expect_in_library(page, "Ünder the Bridge")


def test_tags_are_sent_also_where_nobody_waits_for_them(
    page: Page, settings: Settings, serve: Callable[..., Service], tagged: Path
) -> None:
    """Upload is pressed before the tags are read."""
    service = serve(settings)
    page.goto(service.url)
    choose(page, tagged)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    expect_in_library(page, "Ünder the Bridge")

    (file,) = files_of(service)
    assert file["album"] == "Älbum One"


def test_each_song_may_have_its_own_mood(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """One mood for all, then another for one of them."""
    service = serve(settings)
    page.goto(service.url)
    choose(page, *[a_song(f"{name}.wav", seconds=0.2) for name in ("one", "two", "three")])
    panel = upload_panel(page)

    pick_mood(panel.get_by_role("group", name="What's the mood?"), "Happy")
    panel.locator(".draft-open", has_text="two").click()
    pick_mood(panel.get_by_role("group", name="Mood of two"), "Sad")
    panel.get_by_role("button", name="Upload 3 files").click()
    for name in ("one", "two", "three"):
        expect_in_library(page, name)

    assert {file["title"]: file["mood"] for file in files_of(service)} == {
        "one": "happy",
        "two": "sad",
        "three": "happy",
    }


def test_a_folder_is_chosen_with_all_that_is_in_it(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """With its subfolders, but without hidden files; the page says what it skipped."""
    service = serve(settings)
    folder = tmp_path / "album"
    for below in ("cd 2", ".trash"):
        (folder / below).mkdir(parents=True)
    for number in range(30):
        song = a_song(f"song {number:02}.wav", seconds=0.05)
        song.rename(folder / ("cd 2" if number % 2 else ".") / song.name)
    a_song("gone.wav", seconds=0.05).rename(folder / ".trash" / "gone.wav")
    (folder / ".DS_Store").write_text("x")
    (folder / "notes.html").write_text("<p>")
    page.goto(service.url)

    page.get_by_role("button", name="Add from…").first.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Choose folder").click()
    chooser.value.set_files(str(folder))
    panel = upload_panel(page)
    expect(panel.get_by_text("3 files can't be added")).to_be_visible()
    expect(panel.get_by_text("2 hidden files or folders were skipped.")).to_be_visible()
    expect(panel.get_by_text("notes.html isn't supported", exact=False)).to_be_visible()
    expect(panel.locator(".draft-line", has_text="song")).to_have_count(20)
    panel.get_by_role("button", name="Show 10 more").click()
    expect(panel.locator(".draft-line", has_text="song")).to_have_count(30)
    panel.get_by_role("button", name="Upload 30 files").click()

    wait_until(lambda: len(files_of(service)) == 30, seconds=60)


def test_on_a_phone_all_is_done_with_a_thumb(
    open_page: Callable[..., Page], weak_settings: Settings, serve: Callable[..., Service], line: WeakLine, tagged: Path
) -> None:
    """At 390 px by touch: camera and microphone are offered, targets are large enough, and nothing is cut off."""
    service = serve(weak_settings)
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(service.url)
    line.hold_after(1)

    expect(page.get_by_text("Add your first song", exact=False)).to_be_visible()
    expect(page.get_by_text("Drop", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Add from…").first.tap()
    menu, panel = page.get_by_role("menu", name="Add from…"), upload_panel(page)
    for name, kind in {"Take photo": "image/*", "Record video": "video/*", "Record audio": "audio/*"}.items():
        expect(menu.get_by_role("menuitem", name=name)).to_be_visible()
        chooser = page.locator(f"input[aria-label='{name}']")
        assert (chooser.get_attribute("capture"), chooser.get_attribute("accept")) == ("environment", kind)
    assert too_small(page) == []
    with page.expect_file_chooser() as chosen:
        menu.get_by_role("menuitem", name="Choose files").tap()
    chosen.value.set_files(str(tagged))
    expect(panel.get_by_label(re.compile("^Title of"))).to_have_value("Ünder the Bridge")
    assert too_small(page) == []
    panel.get_by_role("button", name="Upload 1 file").tap()
    page.get_by_role("button", name="Show uploads").tap()
    pause = page.get_by_role("button", name="Pause Ünder the Bridge")
    pause.tap()
    expect(page.get_by_text(re.compile("^Pausing after"))).to_be_visible()
    expect(page.get_by_role("button", name="Resume Ünder the Bridge")).to_be_visible()
    assert too_small(page) == []
    line.release()
    expect_in_library(page, "Ünder the Bridge")


SMALL = """() => [...document.querySelectorAll("button, input:not([hidden]):not([type=radio]), label")]
  .filter((one) => one.offsetParent !== null && one.closest("dialog, .upload-tray"))
  .map((one) => [one.getAttribute("aria-label") ?? one.textContent, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 36 || box.width < 36 || box.left < 0 || box.right > innerWidth))
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)} at ${Math.round(box.left)}`)"""


def too_small(page: Page) -> list[str]:
    """Return the parts of the uploader that are too small for a thumb or cut off."""
    return list(page.evaluate(SMALL))


def test_leaving_while_songs_are_on_their_way_asks_first(
    page: Page,
    weak_settings: Settings,
    serve: Callable[..., Service],
    line: WeakLine,
    a_song: Callable[..., Path],
) -> None:
    """But not once they are done."""
    service = serve(weak_settings)
    asked = list[str]()

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto(service.url)
    line.hold_after(1)
    choose(page, a_song("one.wav"))
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()
    wait_until(lambda: line.is_blocked)

    page.reload()
    assert asked == ["beforeunload"]
    line.release()
    expect_in_library(page, "one")
    expect(page.get_by_role("button", name="Cancel one")).to_have_count(0)
    page.reload()
    expect_in_library(page, "one")
    assert asked == ["beforeunload"]


def test_going_offline_in_the_middle_is_told_and_sat_out(
    page: Page,
    weak_settings: Settings,
    serve: Callable[..., Service],
    line: WeakLine,
    a_song: Callable[..., Path],
) -> None:
    """The network fails during a request and the browser reports it; twice."""
    song = a_song("one.wav", seconds=60)
    page.goto(serve(weak_settings).url)
    line.hold_after(MIB)
    choose(page, song)
    upload_panel(page).get_by_role("button", name="Upload 1 file").click()

    for _ in range(2):
        wait_until(lambda: line.is_blocked)
        page.context.set_offline(True)
        line.cut()
        expect(page.get_by_role("region", name="Uploads").get_by_text("You're offline.", exact=False)).to_be_visible()
        line.restore()
        line.hold_after(MIB)
        page.context.set_offline(False)
    line.release()
    expect_in_library(page, "one")

    assert stored_bytes(weak_settings) == [song.read_bytes()]


def test_a_laptop_that_slept_goes_on_when_it_wakes(
    browser: Browser, weak_settings: Settings, serve: Callable[..., Service], line: WeakLine, tmp_path: Path
) -> None:
    """The whole browser is suspended while its connections die and its URLs expire."""
    settings = weak_settings.model_copy(update={"upload_url_expires_in": 2})
    service = serve(settings)
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(112 * MIB))
    mark = f"--moodrop-test={uuid4().hex}"
    with chromium(browser.browser_type, mark) as laptop, fresh_page(laptop) as page:
        page.goto(service.url)
        line.hold_after(80 * MIB)
        choose(page, film)
        upload_panel(page).get_by_role("button", name="Upload 1 file").click()
        wait_until(lambda: line.is_blocked)

        sleeping = processes_of(mark)
        for process in sleeping:
            os.kill(process, signal.SIGSTOP)
        line.cut()
        time.sleep(4)
        line.restore()
        for process in sleeping:
            os.kill(process, signal.SIGCONT)

        expect(page.get_by_role("button", name="Play film").first).to_be_visible(timeout=LONG_TIMEOUT_MS)
    assert stored_bytes(settings) == [film.read_bytes()]


def processes_of(mark: str) -> list[int]:
    """Return the browser process with that argument and all its descendants."""
    parents = {}
    pids = set[int]()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            pid = int(entry.name)
            parents[pid] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if mark.encode() in (entry / "cmdline").read_bytes():
                pids.add(pid)
        except OSError:
            continue
    for _ in range(5):
        pids |= {pid for pid, parent in parents.items() if parent in pids}
    assert pids, "no such browser"
    return sorted(pids)


def test_several_that_failed_are_retried_with_one_button(
    page: Page,
    weak_settings: Settings,
    serve: Callable[..., Service],
    line: WeakLine,
    a_song: Callable[..., Path],
) -> None:
    service = serve(weak_settings)
    page.goto(service.url)
    line.cut()
    choose(page, *[a_song(f"{name}.wav", seconds=0.2) for name in ("one", "two")])
    upload_panel(page).get_by_role("button", name="Upload 2 files").click()
    retry = page.get_by_role("button", name="Retry all")
    expect(retry).to_be_visible(timeout=LONG_TIMEOUT_MS)

    line.restore()
    retry.click()

    expect_in_library(page, "one")
    expect_in_library(page, "two")
