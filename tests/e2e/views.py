"""Opens each view of the page as a person would, for tests of what must hold in all views."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import urllib3
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.conftest import Service
from tests.e2e.films import WIDTH, record_film
from tests.e2e.songs import send, tone
from tests.e2e.tagged_song import png
from tests.e2e.weak_line import WeakLine

ADA = {"email": "ada@example.com", "password": "correct horse battery staple"}
BROKEN = "<Error><Code>BadDigest</Code><Message>The digest does not match.</Message></Error>"


@dataclass(frozen=True)
class World:
    """Four services on one MinIO and one mongod; the full one reaches its store over a line that can block."""

    empty: Service
    full: Service
    guarded: Service
    members: Service  # with accounts
    line: WeakLine


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
    """Choose two songs and a file that is refused."""
    library(page, world)
    choose_files(
        page,
        wav("Oda Vik - Slow Water.wav"),
        wav("morning.wav"),
        {"name": "notes.zip", "mimeType": "application/zip", "buffer": b"PK"},
    )
    expect(page.get_by_role("alert")).to_be_visible()


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


def unfinished(page: Page, world: World) -> None:
    """Show an upload that was started before the page was opened."""
    new = {"filename": "concert.wav", "content_type": "audio/wav", "size_bytes": 200_000_000, "title": "Concert"}
    new["fingerprint"] = "concert.wav|200000000|0"
    urllib3.request("POST", f"{world.full.url}/v1/uploads", json=new)
    library(page, world)
    expect(page.get_by_text("1 upload to finish")).to_be_visible()


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


def sign_in(page: Page, world: World) -> None:
    """Show what a wrong password leads to."""
    page.goto(world.members.url)
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not what was chosen")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("is wrong", exact=False)).to_be_visible()


def register(page: Page, world: World) -> None:
    page.goto(f"{world.members.url}/register")
    expect(page.get_by_role("button", name="Create account")).to_be_visible()


def mailed_code(page: Page, world: World) -> None:
    """Show the six boxes for a code, of which two are filled."""
    page.goto(f"{world.members.url}/sign-in")
    page.get_by_role("button", name="Send me a code instead").click()
    page.get_by_label("E-mail address").fill(f"{uuid4().int}@example.com")  # one mail a minute for each
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Six-digit code").fill("12")


def forgot(page: Page, world: World) -> None:
    page.goto(f"{world.members.url}/forgot")
    expect(page.get_by_role("button", name="Send code")).to_be_visible()


def security(page: Page, world: World) -> None:
    """Show how one signs in to one's account."""
    _account(page, world, "security")
    expect(page.get_by_label("New password")).to_be_visible()


def devices(page: Page, world: World) -> None:
    """Show where one is signed in, the form of a new key, and the menu of the account."""
    _account(page, world, "devices")
    expect(page.get_by_text("This device").first).to_be_visible()
    page.get_by_role("button", name="Ada").click()


def leaving(page: Page, world: World) -> None:
    """Show what has to be typed before an account is deleted."""
    _account(page, world, "delete")
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()


def _account(page: Page, world: World, tab: str) -> None:
    """Open a tab of Ada's account, which is made at the first call."""
    calls, send = f"{world.members.url}/api/auth", page.request.post
    if send(f"{calls}/login", data=ADA).status == 401:
        asked = send(f"{calls}/register", data={**ADA, "name": "Ada"}).json()
        shown = page.request.get(f"{world.members.url}/dev/mail", headers={"Accept": "application/json"}).json()
        code = shown["mails"][0]["code"]
        proof = {"verification_token": asked["verification_token"], "code": code, "email": ADA["email"]}
        assert send(f"{calls}/verify-email", data=proof).status == 201
    page.goto(f"{world.members.url}/account?tab={tab}")


VIEWS: dict[str, Callable[[Page, World], None]] = {
    view.__name__: view
    for view in (
        *(empty, library, mood, adding, uploading, unfinished, playing, queue),
        *(deleted, without_match, selecting, editing, details, keys, picture, film, face, token, trouble),
        *(sign_in, register, mailed_code, forgot, security, devices, leaving),
    )
}
