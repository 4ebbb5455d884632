"""Opens each view of the page as a person would, for tests of what must hold in all views."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import urllib3
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.e2e.account_views import ACCOUNT_VIEWS
from tests.e2e.admin_views import ADMIN_VIEWS
from tests.e2e.cinema import TITLE as FILM
from tests.e2e.films import WIDTH, record_film
from tests.e2e.page import wait_until
from tests.e2e.passkey_views import PASSKEY_VIEWS
from tests.e2e.songs import send, tone
from tests.e2e.tagged_song import png
from tests.e2e.world import World
from tests.helpers.api import UNKNOWN_ID

BROKEN = "<Error><Code>BadDigest</Code><Message>The digest does not match.</Message></Error>"


def wav(name: str, seconds: float = 2) -> FilePayload:
    return {"name": name, "mimeType": "audio/wav", "buffer": tone(seconds)}


def choose_files(page: Page, *files: FilePayload) -> None:
    """Choose files as with the system's file chooser."""
    page.locator(".page > input[type=file]").set_input_files(list(files))
    expect(page.get_by_role("dialog")).to_be_visible()


def start(page: Page) -> None:
    page.get_by_role("dialog").locator("button[type=submit]").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def empty(page: Page, world: World) -> None:
    page.goto(world.empty.url)
    expect(page.get_by_text("Your library is empty.")).to_be_visible()


def library(page: Page, world: World) -> None:
    page.goto(world.full.url)
    expect(page.get_by_role("button", name="Play Low Tide")).to_be_visible()


def mood(page: Page, world: World) -> None:
    library(page, world)
    page.get_by_role("button", name=re.compile("^Happy")).click()
    expect(page.get_by_role("heading", name="Happy songs")).to_be_visible()


def adding(page: Page, world: World) -> None:
    """Choose two songs and a file that is refused; the fields of one song are open."""
    library(page, world)
    choose_files(
        page,
        wav("Oda Vik - Slow Water.wav"),
        wav("morning.wav"),
        {"name": "notes.zip", "mimeType": "application/zip", "buffer": b"PK"},
    )
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator(".draft-open").first.click()
    expect(page.locator(".draft-fields")).to_be_visible()


def uploading(page: Page, world: World) -> None:
    """Start three uploads: one fails, one is paused, one is running."""
    library(page, world)
    page.route(f"{world.line.url}/**", _refuse)
    choose_files(page, wav("broken.wav"))
    start(page)
    expect(page.get_by_role("button", name="Retry broken")).to_be_visible(timeout=20_000)
    page.unroute(f"{world.line.url}/**", _refuse)
    world.line.hold_after(0)
    choose_files(page, wav("Slow Water.wav", 40), wav("morning.wav", 40))
    start(page)
    page.get_by_role("button", name="Pause morning").click()
    expect(page.get_by_role("button", name="Resume morning")).to_be_visible()


def retitling(page: Page, world: World) -> None:
    """Show the fields of a song whose bytes are on their way."""
    library(page, world)
    world.line.hold_after(0)
    choose_files(page, wav("Slow Water.wav", 40))
    start(page)
    tray = page.get_by_role("region", name="Uploads")
    if tray.get_by_role("button", name="Show uploads").count() > 0:
        tray.get_by_role("button", name="Show uploads").click()
    tray.get_by_role("button", name="Edit Slow Water").click()
    expect(tray.locator(".draft-fields")).to_be_visible()


def unfinished(page: Page, world: World) -> None:
    """Show an upload that was started before the page was opened."""
    new = {"filename": "concert.wav", "content_type": "audio/wav", "size_bytes": 200_000_000, "title": "Concert"}
    new["fingerprint"] = "concert.wav|200000000|0"
    urllib3.request("POST", f"{world.full.url}/v1/uploads", json=new)
    library(page, world)
    expect(page.get_by_text("1 upload to finish")).to_be_visible()


def unknown(page: Page, world: World) -> None:
    """Open an address that is no view."""
    page.goto(f"{world.full.url}/nowhere")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


def missing(page: Page, world: World) -> None:
    """Open the page of a file that does not exist."""
    page.goto(f"{world.full.url}/files/{UNKNOWN_ID}")
    expect(page.get_by_role("dialog", name="File not found")).to_be_visible()


def clear(world: World) -> None:
    """Release the line, and abort the uploads that a view has started."""
    world.line.release()
    uploads = f"{world.full.url}/v1/uploads"
    for upload in urllib3.request("GET", f"{uploads}?status=pending").json()["uploads"]:
        urllib3.request("DELETE", f"{uploads}/{upload['upload_id']}")


def _refuse(route: Route) -> None:
    route.fulfill(status=400, body=BROKEN, headers={"access-control-allow-origin": "*"})


def playing(page: Page, world: World) -> None:
    library(page, world)
    page.get_by_role("button", name="Play Golden Hour").first.click()
    expect(page.get_by_role("region", name="Player").get_by_role("button", name="Pause")).to_be_visible()


def queue(page: Page, world: World) -> None:
    """Show the queue after the playing song."""
    playing(page, world)
    page.get_by_role("region", name="Player").get_by_role("button", name="Queue").click()
    expect(page.get_by_text("Up next")).to_be_visible()


def now_playing(page: Page, world: World) -> None:
    """Show the full view of the playing song."""
    playing(page, world)
    page.get_by_role("button", name="Open now playing").click()
    expect(page.get_by_role("dialog", name="Now playing").get_by_role("heading", name="Up next")).to_be_visible()


def radio(page: Page, world: World) -> None:
    """Play a radio of a mood, with the reasons of what is to come."""
    mood(page, world)
    page.get_by_role("button", name="Start radio").click()
    page.get_by_role("region", name="Player").get_by_role("button", name="Queue").click()
    expect(page.get_by_role("region", name="Queue").get_by_role("button", name="Not this").first).to_be_visible()


def deleted(page: Page, world: World) -> None:
    """Delete a song; the deletion can be undone until the page is left."""
    send(world.full, tone(1), "Farewell.wav", title="Farewell", mood="sad")
    library(page, world)
    page.get_by_role("button", name="Delete Farewell", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def without_match(page: Page, world: World) -> None:
    library(page, world)
    page.get_by_role("searchbox").fill("zzz")
    expect(page.get_by_text("No results for")).to_be_visible()


def history(page: Page, world: World) -> None:
    """Show what was played, with a recording to go on with, and the question before all is deleted."""
    url, now = world.full.url, datetime.now(UTC)
    files = urllib3.request("GET", f"{url}/v1/files?q=golden&content_type=audio/*").json()["files"]
    listens = [
        {"file_id": file["file_id"], "started_at": (now - timedelta(minutes=9)).isoformat(), "listened_seconds": 90}
        for file in files
    ]
    urllib3.request("POST", f"{url}/v1/listens", json={"session_id": "the-views", "listens": listens})
    page.goto(f"{url}/history")
    page.get_by_role("button", name="Delete all", exact=True).click()
    expect(page.get_by_role("button", name="Play Golden Hour").first).to_be_visible()


def going_on(page: Page, world: World) -> None:
    """Show what was not finished above the library, in the place that the second visit keeps for it."""
    file_id = send(world.full, tone(1), "Night Talk.wav", title="Night Talk", duration_seconds=2000)
    _listened(world, file_id, listened_seconds=60, position_seconds=700)
    page.goto(world.full.url)
    wait_until(lambda: has_row(page))
    page.goto(world.full.url)
    expect(page.get_by_role("region", name="Go on").get_by_role("button")).to_be_visible()
    urllib3.request("DELETE", f"{world.full.url}/v1/files/{file_id}")


def for_mood(page: Page, world: World) -> None:
    """Show what fits a mood above its songs, each with its reason."""
    for file in urllib3.request("GET", f"{world.full.url}/v1/files?mood=happy").json()["files"][:2]:
        _listened(world, file["file_id"], listened_seconds=240)
    page.goto(f"{world.full.url}/?mood=happy")
    wait_until(lambda: has_row(page, "happy"))
    page.goto(f"{world.full.url}/?mood=happy")
    expect(page.get_by_role("region", name="For you in this mood").get_by_role("button").first).to_be_visible()


def _listened(world: World, file_id: str, **listen: float) -> None:
    """Report a listen so long ago that its song is recommended again."""
    began = (datetime.now(UTC) - timedelta(hours=3)).isoformat()
    body = {"session_id": "the-views", "listens": [{"file_id": file_id, "started_at": began, **listen}]}
    urllib3.request("POST", f"{world.full.url}/v1/listens", json=body)


def has_row(page: Page, mood: str = "") -> bool:
    """Return whether the browser has noted that there is a row to show: the next visit keeps its place."""
    return bool(page.evaluate("mood => localStorage.getItem(`moodrop.rows.${mood}`)", mood))


def row_menu(page: Page, world: World) -> None:
    """Show all that can be done with a song."""
    library(page, world)
    page.get_by_role("button", name="More actions for Low Tide").click()
    expect(page.get_by_role("menuitem", name="Play next")).to_be_focused()


def settings_menu(page: Page, world: World) -> None:
    library(page, world)
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("menuitemradio", name="Same as device")).to_be_focused()


def about(page: Page, world: World) -> None:
    settings_menu(page, world)
    page.get_by_role("menuitem", name="About this app").click()
    expect(page.get_by_role("dialog", name="Moodrop")).to_be_visible()


def commands(page: Page, world: World) -> None:
    """Search all that the page can do."""
    library(page, world)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search and commands").fill("lo")
    expect(page.get_by_role("option", name="Low Tide")).to_be_visible()


def selecting(page: Page, world: World) -> None:
    library(page, world)
    page.get_by_role("button", name="Select", exact=True).click()
    page.get_by_role("checkbox", name="Select Low Tide").check(force=True)
    page.get_by_role("checkbox", name="Select Bicycle").check(force=True)
    expect(page.get_by_text("2 selected")).to_be_visible()


def editing(page: Page, world: World) -> None:
    """Edit the mood, tags and visibility of several songs."""
    selecting(page, world)
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("dialog", name="Edit 2 files")).to_be_visible()


def details(page: Page, world: World) -> None:
    """Show a song's own page, with a QR code of its link."""
    library(page, world)
    page.get_by_role("link", name="Low Tide").click()
    page.get_by_role("dialog").get_by_text("File details").click()
    page.get_by_role("dialog").get_by_role("button", name="Edit").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Title")).to_have_value("Low Tide")


def keys(page: Page, world: World) -> None:
    """Show the help on keyboard shortcuts."""
    playing(page, world)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def picture(page: Page, world: World) -> None:
    """Show a picture as large as the window."""
    file_id = send(world.full, png(64, (0x30, 0x50, 0x90)), "Evening Sea.png", "image/png", title="Evening Sea")
    library(page, world)
    page.get_by_role("button", name="Open Evening Sea").first.click()
    expect(page.get_by_role("dialog").get_by_role("img", name="Evening Sea")).to_be_visible()
    urllib3.request("DELETE", f"{world.full.url}/v1/files/{file_id}")


def film(page: Page, world: World) -> None:
    """Play a film above the player; it is alone in the list, so that no song follows."""
    file_id = send(world.full, record_film(page), "Waves.webm", "video/webm", title="Waves")
    page.goto(f"{world.full.url}/?q=Waves")
    page.get_by_role("button", name="Play Waves").first.click()
    expect(page.locator("video")).to_have_js_property("videoWidth", WIDTH)
    expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    urllib3.request("DELETE", f"{world.full.url}/v1/files/{file_id}")


def stream(page: Page, world: World) -> None:
    """Play a film that comes in several qualities."""
    page.goto(world.cinema().url)
    page.get_by_role("button", name=f"Play {FILM}").first.click()
    expect(page.get_by_role("combobox", name="Quality")).to_be_visible()


def volume(page: Page, world: World) -> None:
    """Show the switch for even volume, below the queue."""
    stream(page, world)
    page.get_by_role("region", name="Player").get_by_role("button", name="Queue").click()
    expect(page.get_by_role("checkbox", name="Even volume")).to_be_checked()


def face(page: Page, world: World) -> None:
    """Open the face dialog on a machine without a camera."""
    library(page, world)
    page.get_by_role("button", name="Mood from your face").click()
    expect(page.get_by_role("dialog").get_by_text("How do you feel?")).to_be_visible(timeout=30_000)


def token(page: Page, world: World) -> None:
    page.goto(world.guarded.url)
    page.get_by_label("Access token").fill("not-a-token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That token isn't valid or has expired", exact=False)).to_be_visible()


def trouble(page: Page, world: World) -> None:
    """Show the page while the service is unreachable."""
    page.route("**/v1/session", lambda route: route.abort())
    page.goto(world.full.url)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


VIEWS: dict[str, Callable[[Page, World], None]] = {
    view.__name__: view
    for view in (
        *(empty, library, mood, adding, uploading, retitling, unfinished, playing, now_playing, queue, radio),
        *(deleted, without_match, history, selecting, editing, details, keys, picture, film, face, token, trouble),
        *(stream, volume, going_on, for_mood, unknown, missing, row_menu),
        *(settings_menu, about, commands),
        *ACCOUNT_VIEWS,
        *PASSKEY_VIEWS,
        *ADMIN_VIEWS,
    )
}
