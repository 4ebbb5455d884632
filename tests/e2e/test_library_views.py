"""The library by artist, by album and as covers; its orders, and what a search says; in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.axe import violations
from tests.e2e.page import PLAYED, wait_until
from tests.e2e.records import a_record, insert
from tests.e2e.songs import send, tone
from tests.e2e.wide import TOO_WIDE

pytestmark = [pytest.mark.real, pytest.mark.browser]

Serve = Callable[..., Service]


def shows(page: Page, *titles: str) -> None:
    """Check that exactly these are shown, in this order."""
    expect(page.get_by_role("list", name="Files").locator(".file-title")).to_have_text(list(titles))


def tiles(page: Page, kind: str) -> Locator:
    return page.get_by_role("list", name=kind).get_by_role("listitem")


@pytest.fixture
def songs(settings: Settings, serve: Serve) -> Service:
    """Four files of two artists; the last in this list is the newest."""
    service = serve(settings)
    insert(
        settings,
        [
            a_record(1, title="Glasshouse", artist="Lindqvist", album="Cold", duration_seconds=60, mood="sad"),
            a_record(2, title="Ferry", artist="Lindqvist", album="Alder", duration_seconds=200),
            a_record(3, title="Salt", artist="Abe", album="Cold", duration_seconds=90),
            a_record(4, title="Memo", mood=None),
        ],
    )
    return service


def test_the_library_by_column_artist_and_album(page: Page, songs: Service) -> None:
    """A column's head sorts; an artist and an album lead to their files, from a row and from their own views."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(songs.url)
    shows(page, "Memo", "Salt", "Ferry", "Glasshouse")
    heads = page.locator(".column-heads")
    for name, order in {
        "Artist": ["Salt", "Ferry", "Glasshouse", "Memo"],
        "Album": ["Ferry", "Glasshouse", "Salt", "Memo"],
        "Length": ["Ferry", "Salt", "Glasshouse", "Memo"],
        "Title": ["Ferry", "Glasshouse", "Memo", "Salt"],
    }.items():
        heads.get_by_role("button", name=name).click()
        shows(page, *order)
        expect(heads.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")

    page.get_by_role("link", name="Lindqvist").first.click()
    shows(page, "Ferry", "Glasshouse")
    expect(page.get_by_role("heading", name="Lindqvist")).to_be_visible()
    expect(page.get_by_role("button", name="Sad, 1 file")).to_be_visible()
    page.get_by_role("link", name="Cold").click()
    shows(page, "Glasshouse", "Salt")

    page.get_by_role("link", name="Albums", exact=True).click()
    expect(tiles(page, "Albums")).to_have_text(["AlderLindqvist1 file", "ColdSeveral artists2 files"])
    page.get_by_role("link", name="Artists", exact=True).click()
    expect(tiles(page, "Artists")).to_have_text(["Abe1 file", "Lindqvist2 files"])
    assert violations(page) == []
    tiles(page, "Artists").get_by_role("link", name="Abe").click()
    page.get_by_role("link", name="Salt").click()
    page.get_by_role("dialog").get_by_role("link", name="Cold").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    shows(page, "Glasshouse", "Salt")
    page.go_back()
    page.go_back()
    shows(page, "Salt")
    page.get_by_role("button", name="Show all files").click()
    shows(page, "Memo", "Salt", "Ferry", "Glasshouse")


def test_a_search_counts_and_forgives_and_covers_are_remembered(page: Page, songs: Service) -> None:
    """The moods count what it finds; one key empties it. A phone shows all, and the moods stay in reach."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(songs.url)
    page.get_by_role("searchbox", name="Search").fill("galsshouse sad")
    shows(page, "Glasshouse")
    expect(page.locator(".library-count")).to_have_text("1 file")
    expect(page.get_by_role("button", name="Happy, 0 files")).to_be_visible()
    page.get_by_role("button", name="Clear search").click()
    shows(page, "Memo", "Salt", "Ferry", "Glasshouse")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()

    page.get_by_role("button", name="Show covers").click()
    page.reload()
    expect(tiles(page, "Files")).to_have_count(4)
    expect(page.get_by_role("button", name="Play Salt")).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 600})
    page.get_by_role("button", name="Play Glasshouse").scroll_into_view_if_needed()
    page.mouse.wheel(0, 2000)
    page.locator(".sticky-moods").get_by_role("button", name="Sad").click()
    expect(tiles(page, "Files")).to_have_count(1)


def focused(page: Page) -> str:
    """Return the name of what has the focus."""
    return str(
        page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
    )


def press(page: Page, keys: str) -> list[str]:
    """Press the keys one by one; return what had the focus after each."""
    names = []
    for key in keys.split():
        page.keyboard.press(key)
        names.append(focused(page))
    return names


@pytest.mark.parametrize(
    ("language", "ahead", "back"), [("en", "ArrowRight", "ArrowLeft"), ("ar", "ArrowLeft", "ArrowRight")]
)
def test_the_arrow_keys_move_between_covers(
    page: Page, settings: Settings, serve: Serve, language: str, ahead: str, back: str
) -> None:
    """One cover is a stop of Tab, with its link and its menu. The cover of the focus is in the page wherever it is."""
    service = serve(settings)
    insert(settings, [a_record(number, title=f"Song {number:03}") for number in range(1, 46)])
    page.set_viewport_size({"width": 820, "height": 900})
    page.add_init_script(f"localStorage.setItem('moodrop.language', '{language}')")
    page.goto(service.url)
    page.locator(".layout-key").click()
    grid = page.locator(".file-tiles")
    expect(grid.locator(".cover-tile").first).to_be_visible()
    columns = grid.evaluate(
        "(grid) => new Set([...grid.children].map((tile) => tile.getBoundingClientRect().left)).size"
    )
    name = grid.locator(".cover-tile-play").first.get_attribute("aria-label")
    assert name

    def cover(number: int) -> str:
        return name.replace("Song 045", f"Song {46 - number:03}")

    grid.locator(".cover-tile-play").first.focus()
    keys = f"{ahead} {ahead} ArrowDown {back} ArrowUp Home {back} ArrowUp End {ahead}"
    numbers = [2, 3, 3 + columns, 2 + columns, 2, 1, 1, 1, 45, 45]
    assert press(page, keys) == [cover(number) for number in numbers]
    expect(grid.locator(".cover-tile").first).not_to_be_in_viewport()
    assert focused(page) == cover(45)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) != cover(45)
    page.keyboard.press("Tab")
    assert not page.evaluate("() => document.activeElement.closest('.cover-tile')")
    assert violations(page) == []


def test_the_arrow_keys_move_between_rows(page: Page, settings: Settings, serve: Serve) -> None:
    """On the same control, also to rows that are far away. The bar, the moods and the search stay in reach."""
    service = serve(settings)
    insert(settings, [a_record(number, title=f"Song {number:03}") for number in range(1, 151)])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(service.url)
    expect(page.locator(".swipe-strip")).to_have_count(1)  # with it come the keys
    songs = page.get_by_role("list", name="Files")

    page.get_by_role("button", name="Play Song 150").focus()
    keys = "ArrowDown ArrowDown ArrowUp Home ArrowUp End"
    assert press(page, keys) == [f"Play Song {number}" for number in (149, 148, 149, 150, 150, 101)]
    expect(songs.get_by_role("listitem").first).to_have_attribute("aria-setsize", "150")
    assert press(page, "End ArrowUp ArrowDown ArrowDown") == [f"Play Song {number:03}" for number in (1, 2, 1, 1)]
    expect(page.get_by_role("button", name="Play Song 001")).to_be_in_viewport()
    assert songs.get_by_role("listitem").count() < 60
    for control in (page.get_by_role("searchbox"), page.get_by_role("button", name="Add files")):
        expect(control).to_be_in_viewport(ratio=1)
    expect(page.locator(".sticky-moods").get_by_role("button", name="Sad")).to_be_in_viewport(ratio=1)

    page.get_by_role("link", name="Song 001").focus()
    assert press(page, "ArrowUp Home") == ["Song 002", "Song 150"]
    expect(page.get_by_role("link", name="Song 150")).to_be_in_viewport(ratio=1)
    page.get_by_role("checkbox", name="Select Song 150").focus()
    assert press(page, "Space ArrowDown Space")[1] == "Select Song 149"
    expect(page.get_by_role("toolbar", name="Selected files")).to_contain_text("2 selected")


# How far things in the page moved, also after a click, which the browser's own measure leaves out.
MOVES = """window.moves = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    const nodes = sources.map(({ node }) => node).filter((node) => node?.closest?.("main, .top-bar"));
    const moved = nodes.map((node) => node.outerHTML.slice(0, 80));
    if (moved.length > 0) window.moves.push([value, ...moved]);
  }
}).observe({ type: "layout-shift" });"""
EDGES = """() => [...document.querySelectorAll(".logo, .mood-row, #songs, .file-row, .file-actions, .top-bar .button")]
  .map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"""


@pytest.mark.parametrize("width", [1500, 1600, 1920])
def test_nothing_moves_when_the_first_song_starts_on_a_wide_window(
    page: Page, settings: Settings, serve: Serve, width: int
) -> None:
    """The column beside the library has its place before. All views have one left edge."""
    service = serve(settings)
    send(service, tone(20), "Alpha.wav", title="Alpha", duration_seconds=20)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(service.url)
    expect(page.get_by_role("button", name="Play Alpha")).to_be_visible()
    expect(page.get_by_role("button", name="Happy, 0 files")).to_be_visible()
    before = page.evaluate(EDGES)
    page.evaluate(MOVES)

    page.get_by_role("button", name="Play Alpha").click()

    expect(page.locator(".player-aside .aside-queue")).to_be_visible()
    wait_until(lambda: page.evaluate(PLAYED) > 0)
    assert page.evaluate(EDGES) == before
    assert page.evaluate("() => window.moves") == []
    assert page.evaluate(TOO_WIDE) == []
