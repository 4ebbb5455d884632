"""What a person does in the library: search, select, undo, share; in a real browser on the real servers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Download, Locator, Page, Route, expect

from dev.servers import MongodServer
from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings
from tests.conftest import Service, Store, settings_for
from tests.e2e.page import add, expect_in_library, wait_until
from tests.e2e.records import a_record, find_documents, insert
from tests.helpers.tokens import SECRET

pytestmark = [pytest.mark.real, pytest.mark.browser]

Serve = Callable[..., Service]
# How far its middle is from the page's, where it begins (1 is the lower edge), and how many keys lie below it.
PLACE = """(message) => {
  const { left, right, top, bottom } = message.getBoundingClientRect();
  const isBelow = (key) => {
    const box = key.getBoundingClientRect();
    return !message.contains(key) && box.top < bottom && box.bottom > top && box.left < right && box.right > left;
  };
  const keys = [...document.querySelectorAll(":is(.dock, .top-bar) :is(button, a, input)")];
  return [(left + right - document.documentElement.clientWidth) / 2, top / innerHeight, keys.filter(isBelow).length];
}"""


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


def rows(page: Page) -> Locator:
    return page.get_by_role("list", name="Files").get_by_role("listitem")


def titles(page: Page) -> list[str]:
    return rows(page).locator(".file-title").all_inner_texts()


def shows(page: Page, *titles: str) -> None:
    """Check that exactly these are shown, in this order."""
    expect(rows(page).locator(".file-title")).to_have_text(list(titles))


def stands_low(page: Page, message: Locator) -> None:
    """Check that a message stands in the middle of the lower edge, where all of them do: over no key of the page's."""
    expect(message).to_be_in_viewport(ratio=1)
    middle, top, covered = message.evaluate(PLACE)
    assert abs(middle) < 1
    assert top > 0.5
    assert covered == 0


@pytest.fixture
def songs(settings: Settings, serve: Serve) -> Service:
    """Five files of different kinds; the last in this list is the newest."""
    service = serve(settings)
    insert(
        settings,
        [
            a_record(1, title="Tönë", artist="Moody", tags=["live"], mood="sad"),
            a_record(2, title="Alpha", duration_seconds=185),
            a_record(3, title="Film", filename="film.mp4", content_type="video/mp4", mood="sad"),
            a_record(4, title="Scan", filename="scan.pdf", content_type="application/pdf", mood=None),
            a_record(5, title="Blue", artist="Joni Mitchell", mood="neutral"),
        ],
    )
    return service


def test_typing_searches_and_the_address_keeps_it(page: Page, songs: Service) -> None:
    """By beginnings of words; "/" focuses the field, Escape clears it, back and reload restore it."""
    page.goto(songs.url)
    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")

    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search")
    expect(box).to_be_focused()
    page.keyboard.type("tone moo")
    shows(page, "Tönë")
    expect(page.get_by_role("heading", name="“tone moo”")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 file found")
    assert page.url.endswith("/?q=tone+moo")

    page.reload()
    shows(page, "Tönë")
    box.press("Escape")
    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")
    expect(box).to_have_value("")
    page.go_back()
    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")


def test_a_late_answer_to_earlier_letters_is_dropped(page: Page, songs: Service) -> None:
    """The answer to "f" arrives long after the answer to "fi" is shown."""
    requests: list[Route] = []

    def hold(route: Route) -> None:
        requests.append(route)

    page.route(re.compile(r"/v1/files\?.*\bq=b\b"), hold)
    page.goto(songs.url)
    box = page.get_by_role("searchbox")

    box.press_sequentially("b")
    wait_until(lambda: page.wait_for_timeout(20) is None and len(requests) == 1)
    box.fill("film")
    shows(page, "Film")
    requests[0].continue_()

    page.wait_for_timeout(500)
    shows(page, "Film")


def test_kind_order_and_mood_are_kept_in_the_address(page: Page, songs: Service) -> None:
    """Each is a history entry; an empty result says what to do."""
    page.goto(songs.url)

    page.get_by_label("Type").select_option("Videos")
    shows(page, "Film")
    page.get_by_label("Type").select_option("All types")
    page.get_by_label("Sort by").select_option("Title (A–Z)")  # noqa: RUF001
    shows(page, "Alpha", "Blue", "Film", "Scan", "Tönë")
    page.get_by_role("button", name="Sad, 2 files").click()
    shows(page, "Film", "Tönë")
    assert page.url.endswith("/?mood=sad&sort=title")

    page.go_back()
    shows(page, "Alpha", "Blue", "Film", "Scan", "Tönë")
    page.go_forward()
    page.reload()
    shows(page, "Film", "Tönë")
    page.get_by_label("Type").select_option("PDFs")
    expect(page.get_by_role("heading", name="No PDFs here yet.")).to_be_visible()
    page.get_by_role("button", name="Show all files").click()
    shows(page, "Alpha", "Blue", "Film", "Scan", "Tönë")


def test_rows_are_chosen_by_mouse_and_keyboard(page: Page, songs: Service) -> None:
    """A checkbox, a range with Shift, all with Ctrl+A; Escape ends the selection."""
    page.goto(songs.url)
    bar = page.get_by_role("toolbar", name="Selected files")

    page.get_by_role("checkbox", name="Select Scan").click()
    expect(bar).to_contain_text("1 selected")
    page.get_by_role("checkbox", name="Select Tönë").click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    page.get_by_role("checkbox", name="Select Tönë").press("Control+a")
    expect(bar).to_contain_text("5 selected")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Select Scan")).not_to_be_checked()


def test_many_are_edited_at_once_and_somebody_elses_change_is_not_lost(
    page: Page, songs: Service, settings: Settings
) -> None:
    """Mood, tags and visibility; a file that changed elsewhere shows its newer state."""
    page.goto(songs.url)
    page.get_by_role("checkbox", name="Select Blue").click()
    page.get_by_role("checkbox", name="Select Tönë").click()
    elsewhere = find_documents(settings, title="Blue")[0]["_id"]
    urllib3.request("PATCH", f"{songs.url}/v1/files/{elsewhere}", json={"tags": ["theirs"]})

    page.get_by_role("toolbar").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit 2 files")
    form.get_by_label("Mood").select_option("Happy")
    form.get_by_label("Artist").fill("Both")
    form.get_by_label("Add tags").fill("party, night")
    form.get_by_role("checkbox", name="live").check()
    form.get_by_label("Visibility").select_option("Everyone on this server")
    form.get_by_role("button", name="Save").click()

    expect(page.get_by_role("status")).to_contain_text("Blue was changed somewhere else")
    wait_until(lambda: find_documents(settings, title="Tönë")[0]["tags"] == ["party", "night"])
    mine, theirs = find_documents(settings, title="Tönë")[0], find_documents(settings, title="Blue")[0]
    assert (mine["mood"], mine["artist"], mine["visibility"]) == ("happy", "Both", "public")
    assert (theirs["mood"], theirs["tags"]) == ("neutral", ["theirs"])
    expect(rows(page).filter(has_text="Tönë")).to_contain_text("Happy")
    expect(rows(page).filter(has_text="Blue")).to_contain_text("Neutral")


def test_a_deletion_can_be_taken_back_and_leaves_with_the_page(page: Page, songs: Service, settings: Settings) -> None:
    """Undo by button or key, announced, paused under the pointer; final after a while or when the tab closes."""
    page.clock.install()
    page.goto(songs.url)
    page.get_by_role("button", name="Delete Film").click()
    shows(page, "Blue", "Scan", "Alpha", "Tönë")
    expect(page.get_by_role("status")).to_have_text("Film deleted. Press Ctrl+Z or ⌘Z to undo.")
    page.keyboard.press("Control+z")
    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")

    page.get_by_role("checkbox", name="Select Film").click()
    page.get_by_role("checkbox", name="Select Tönë").click(modifiers=["Shift"])
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    shows(page, "Blue", "Scan")
    toast = page.locator(".undo-toast")
    expect(toast).to_contain_text("3 files deleted.")
    stands_low(page, toast)
    toast.hover()
    page.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Undo").focus()
    page.mouse.move(0, 0)
    page.clock.fast_forward(20_000)
    expect(toast).to_be_visible()
    assert len(find_documents(settings, status="ready")) == 5
    page.get_by_role("button", name="Undo").press("Tab")
    page.clock.fast_forward(8000)
    expect(toast).to_have_count(0)
    wait_until(lambda: [file["title"] for file in find_documents(settings, status="ready")] == ["Blue", "Scan"])

    page.get_by_role("button", name="Delete Scan").click()
    page.goto("about:blank")
    wait_until(lambda: [file["title"] for file in find_documents(settings, status="ready")] == ["Blue"])


def test_forty_deletions_survive_a_closed_tab(page: Page, settings: Settings, serve: Serve) -> None:
    """More than a browser usually still sends when its page closes."""
    service = serve(settings)
    insert(settings, [a_record(number) for number in range(45)])
    page.goto(service.url)
    page.get_by_role("checkbox", name="Select Song 44").click()
    page.get_by_role("checkbox", name="Select Song 5", exact=True).click(modifiers=["Shift"])
    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(5)

    page.close(run_before_unload=True)

    wait_until(lambda: len(find_documents(settings, status="ready")) == 5)


def test_the_key_undoes_before_the_toast_is_there(page: Page, songs: Service) -> None:
    """On a slow line, as soon as the key is spoken of."""
    page.route("**/assets/undo-toast*.js", lambda route: None)
    page.goto(songs.url)
    page.get_by_role("button", name="Delete Film").click()
    expect(page.get_by_role("status")).to_contain_text("Press Ctrl+Z")

    page.keyboard.press("Control+z")

    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")


def test_a_deletion_that_fails_brings_the_row_back(page: Page, songs: Service) -> None:
    """With the reason, at its old place."""
    problem = {"code": "store_unavailable", "detail": "The store does not answer", "hint": "", "retryable": True}
    page.route(
        "**/v1/files/*",
        lambda route: (
            route.fulfill(status=503, json=problem) if route.request.method == "DELETE" else route.continue_()
        ),
    )
    page.clock.install()
    page.goto(songs.url)

    page.get_by_role("button", name="Delete Film").click()
    shows(page, "Blue", "Scan", "Alpha", "Tönë")
    page.mouse.move(0, 0)
    page.clock.fast_forward(8000)

    expect(page.get_by_role("status")).to_contain_text("Couldn't delete Film.")
    shows(page, "Blue", "Scan", "Film", "Alpha", "Tönë")


def test_many_are_downloaded_and_linked(
    page: Page, settings: Settings, serve: Serve, a_song: Callable[..., Path]
) -> None:
    """Each under its own name, one by one; each link opens its file. They play, and stay selected."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    service = serve(settings)
    page.goto(service.url)
    one, two = a_song("one.wav"), a_song("two.wav", hertz=220)
    add(page, one, two, mood="Sad")
    expect_in_library(page, "one")
    expect_in_library(page, "two")
    saved: list[Download] = []
    page.on("download", lambda file: saved.append(file))  # noqa: PLW0108 -- Playwright takes no builtin

    page.get_by_role("checkbox", name="Select one").press("Control+a")
    page.get_by_role("toolbar").get_by_role("button", name="Download").click()
    wait_until(lambda: page.wait_for_timeout(50) is None and len(saved) == 2)
    assert {one.read_bytes(), two.read_bytes()} == {Path(file.path()).read_bytes() for file in saved}
    assert {file.suggested_filename for file in saved} == {"one.wav", "two.wav"}

    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")
    page.get_by_role("toolbar").get_by_role("button", name="Copy links").click()
    expect(page.get_by_role("status")).to_have_text("2 links copied.")
    stands_low(page, page.locator(".live-note"))
    links = page.evaluate("() => navigator.clipboard.readText()").split("\n")
    assert {one.read_bytes(), two.read_bytes()} == {urllib3.request("GET", link).data for link in links}

    page.get_by_role("toolbar").get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("region", name="Player")).to_be_visible()
    page.get_by_role("toolbar").get_by_role("button", name="Add to queue").click()
    expect(page.get_by_role("status")).to_have_text("2 files added to the queue.")
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")


def test_a_files_page_edits_and_shares_it(
    page: Page, settings: Settings, serve: Serve, a_song: Callable[..., Path]
) -> None:
    """Opened over the list or by its address; a change made elsewhere is shown, not overwritten."""
    service, song = serve(settings), a_song("tape.wav")
    page.goto(service.url)
    add(page, song, mood="Sad")
    expect_in_library(page, "tape")
    link = page.get_by_role("link", name="tape")
    link.click()
    sheet = page.get_by_role("dialog", name="tape")
    sheet.get_by_text("File details").click()
    expect(sheet.get_by_text("audio/", exact=False)).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    address = page.url
    assert re.search(r"/files/[0-9A-Z]{26}$", address)
    page.reload()

    sheet.get_by_role("button", name="Edit").click()
    sheet.get_by_label("Title").fill("Tape")
    sheet.get_by_label("Artist").fill("Moody")
    sheet.get_by_label("Album").fill("Box")
    sheet.get_by_label("Tags").fill("old, attic")
    sheet.get_by_label("File name").fill("attic tape.wav")
    sheet.get_by_label("Mood").select_option("Happy")
    # Which select_option has not left.
    sheet.get_by_label("File name").blur()
    wait_until(
        lambda: (
            [find_documents(settings)[0].get(name) for name in ("title", "artist", "album", "tags", "mood", "filename")]
            == ["Tape", "Moody", "Box", ["old", "attic"], "happy", "attic tape.wav"]
        )
    )

    sheet = page.get_by_role("dialog", name="Tape")
    urllib3.request("PATCH", f"{service.url}/v1/files/{address[-26:]}", json={"title": "Theirs"})
    sheet.get_by_label("Title").fill("Mine")
    sheet.get_by_label("Title").blur()
    expect(page.get_by_role("status")).to_contain_text("was changed somewhere else")
    sheet = page.get_by_role("dialog", name="Theirs")
    expect(sheet.get_by_label("Title")).to_have_value("Theirs")

    sheet.get_by_role("button", name="Share").click()
    sheet.get_by_label("Temporary link expires after").select_option("1 hour")
    sheet.get_by_role("button", name="Create link").click()
    url = sheet.get_by_role("textbox", name="Temporary link").input_value()
    assert "X-Amz-Expires=3600" in url
    assert urllib3.request("GET", url).data == song.read_bytes()
    expect(sheet.get_by_role("figure", name="QR code for the link")).to_be_visible()
    sheet.get_by_role("button", name="Make public").click()
    expect(sheet.get_by_label("Link for everyone on this server")).to_have_value(address)
    # The document omits the default, private.
    wait_until(lambda: find_documents(settings)[0].get("visibility") == "public")

    sheet.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto(f"{service.url}/files/01JD8ZK3V0X5W9QH2M4N6P7R8S")
    expect(page.get_by_role("dialog", name="File not found")).to_be_visible()
    page.locator(".button-primary", has_text="Back to your library").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_cannot_be_saved_as_a_page_is_left_is_offered_again(page: Page, songs: Service) -> None:
    """The network fails on the last edit: the text is kept, and saved once the song is opened again."""

    def fail(route: Route) -> None:
        if route.request.method == "PATCH":
            route.abort()
        else:
            route.fallback()

    page.route("**/v1/files/*", fail)
    page.goto(songs.url)
    page.get_by_role("link", name="Blue").click()
    sheet = page.get_by_role("dialog", name="Blue")
    sheet.get_by_role("button", name="Edit").click()
    sheet.get_by_label("Title").fill("Bluer")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("Your changes are kept.")

    page.unroute("**/v1/files/*", fail)
    page.get_by_role("link", name="Blue").click()
    expect(sheet.get_by_label("Title")).to_have_value("Bluer")
    sheet.get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog", name="Bluer")).to_be_visible()
    expect(page.get_by_text("These changes aren't saved yet.")).to_have_count(0)
    page.keyboard.press("Escape")
    shows(page, "Bluer", "Scan", "Film", "Alpha", "Tönë")


def test_a_cover_is_chosen_and_taken_away(
    page: Page, settings: Settings, serve: Serve, a_song: Callable[..., Path], tmp_path: Path
) -> None:
    """The page scales it, the service stores it, and the list shows it; without one the bars are back."""
    service = serve(settings)
    page.goto(service.url)
    add(page, a_song("tape.wav"), mood="Sad")
    expect_in_library(page, "tape")
    picture = tmp_path / "cover.png"
    page.screenshot(path=str(picture))
    drawn = "image => image.complete && image.naturalWidth"

    page.get_by_role("link", name="tape").click()
    sheet = page.get_by_role("dialog", name="tape")
    sheet.get_by_role("button", name="Edit").click()
    with page.expect_file_chooser() as chooser:
        sheet.get_by_role("button", name="Choose cover").click()
    chooser.value.set_files(str(picture))
    sheet.get_by_role("button", name="Remove cover").wait_for()
    sheet.get_by_role("button", name="Back to your library").click()
    cover = rows(page).first.locator(".cover img")
    wait_until(lambda: cover.evaluate(drawn) == 1024)

    page.get_by_role("link", name="tape").click()
    sheet.get_by_role("button", name="Edit").click()
    sheet.get_by_role("button", name="Remove cover").click()
    expect(sheet.get_by_role("button", name="Remove cover")).to_have_count(0)
    expect(cover).to_have_count(0)


def test_who_may_only_read_is_offered_no_change(page: Page, minio: Store, mongod: MongodServer, serve: Serve) -> None:
    """Not in a row, a selection, or the file's page."""
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)
    service = serve(settings)
    insert(settings, [a_record(1, title="Blue")])
    page.goto(service.url)
    token = issue_token(settings, "local", ("files:read",), at=datetime.now(UTC), expires_in=600)
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("checkbox", name="Select Blue").click()
    expect(page.get_by_role("toolbar").get_by_role("button", name="Download")).to_be_visible()
    for name in ("Edit", "Delete", "Delete Blue"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    page.get_by_role("link", name="Blue").click()
    page.get_by_role("dialog").get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Create link")).to_be_visible()
    for name in ("Edit", "Make public"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)


LAST_ROW = """() => {
  const row = [...document.querySelectorAll('.file-list [aria-posinset]')].at(-1);
  return [Number(row.ariaPosInSet), row.querySelector('.file-title').textContent];
}"""


def is_at_top(page: Page) -> bool:
    """Go to the top, as often as it takes: Chromium may drop a scroll that begins while rows are being loaded."""
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    return page.evaluate("() => scrollY === 0") is True


@pytest.mark.timeout(300)
def test_a_hundred_thousand_files_keep_the_page_short(page: Page, settings: Settings, serve: Serve) -> None:
    """After scrolling far down and back, the page has few more rows than the screen, each with its number."""
    service = serve(settings)
    insert(settings, (a_record(number) for number in range(100_000)))
    page.goto(service.url)
    expect(rows(page).first).to_be_visible()
    most = 0
    for _ in range(15):
        page.keyboard.press("End")
        page.wait_for_timeout(200)
        most = max(most, rows(page).count()) if page.locator(".file-list[style]").count() else most
    last, title = page.evaluate(LAST_ROW)  # without waiting, because more may be on their way
    assert title == f"Song {100_000 - last}"
    assert last > 1000
    assert 0 < most < 80
    assert rows(page).last.get_attribute("aria-setsize") == "-1"
    wait_until(lambda: is_at_top(page))
    expect(page.get_by_text("Song 99999", exact=True)).to_be_visible()
    page.get_by_role("link", name="Song 99999").focus()
    page.mouse.wheel(0, 30_000)
    wait_until(lambda: page.evaluate("() => scrollY") > 20_000)
    expect(page.get_by_role("link", name="Song 99999")).to_be_focused()


def test_without_scroll_events_a_button_shows_more(page: Page, settings: Settings, serve: Serve) -> None:
    """For browsers that cannot detect that the end is near."""
    service = serve(settings)
    insert(settings, [a_record(number) for number in range(60)])
    page.add_init_script("IntersectionObserver.prototype.observe = () => undefined")
    page.goto(service.url)
    expect(rows(page)).to_have_count(50)

    page.get_by_role("button", name="Show more").click()

    expect(rows(page)).to_have_count(60)
    assert titles(page)[-1] == "Song 0"
