"""What a song is called stays editable while its bytes travel, and nothing that was typed is lost on the way."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Locator, Page, Route, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import add, expect_in_library, pick_mood, wait_until
from tests.e2e.service import files_of
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.browser]

MIB = 1024 * 1024
REFUSED = "<Error><Code>BadDigest</Code><Message>The digest does not match.</Message></Error>"
NOT_ALLOWED = {"code": "scope_missing", "detail": "Your token does not allow it.", "hint": ""}
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"


@pytest.fixture
def service(weak_settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(weak_settings)


def travel(page: Page, service: Service, line: WeakLine, song: Path) -> None:
    """Start uploading; the line holds every byte."""
    page.goto(service.url)
    line.hold_after(0)
    add(page, song, mood="Happy")
    wait_until(lambda: line.is_blocked)


def row(page: Page) -> Locator:
    """Return the row of the only upload."""
    return page.get_by_role("list", name="Uploads").get_by_role("listitem")


def open_fields(page: Page) -> Locator:
    row(page).locator(".upload-open").click()
    return row(page)


def rename(page: Page) -> Locator:
    """Enter another title, and empty the artist."""
    fields = open_fields(page)
    fields.get_by_label("Title of").fill("Slow Water")
    fields.get_by_label("Artist of").fill("")
    return fields


def becomes(service: Service, **expected: Any) -> None:
    """Wait until the only file of the library has these fields."""

    def is_so() -> bool:
        files = files_of(service)
        return len(files) == 1 and {name: files[0][name] for name in expected} == expected

    wait_until(is_so)


def test_a_song_is_renamed_while_its_bytes_travel(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """Title, album, tags and mood go with the confirm. An emptied field is emptied right after."""
    travel(page, service, line, a_song("Oda Vik - tape.wav"))
    fields = rename(page)
    fields.get_by_label("Album of").fill("Tides")
    fields.get_by_label("Tags of").press_sequentially("live, night drive,")
    pick_mood(fields.locator(".mood-picker"), "Sad")
    line.release()

    expect_in_library(page, "Slow Water")
    becomes(service, title="Slow Water", artist=None, album="Tides", mood="sad", tags=["live", "night drive"])
    assert urllib3.request("GET", f"{service.url}/v1/uploads?status=pending").json()["uploads"] == []


def test_a_song_that_arrives_while_one_types_leaves_the_field_alone(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """Neither text nor focus is lost, the fields stay open, and what is typed afterwards is saved too."""
    travel(page, service, line, a_song("tape.wav"))
    title = open_fields(page).get_by_label("Title of")
    expect(title).to_be_focused()

    title.press_sequentially(" one")
    line.release()
    expect(page.locator(".upload-row[data-status=done]")).to_be_visible(timeout=20_000)
    expect(title).to_be_focused()
    expect(title).to_have_value("tape one")
    title.press_sequentially(" two")

    becomes(service, title="tape one two")
    expect_in_library(page, "tape one two")
    expect(title).to_be_focused()


def test_the_fields_are_there_for_the_keyboard(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """Enter opens them at the title, Escape closes them and gives the focus back."""
    travel(page, service, line, a_song("tape.wav"))

    row(page).locator(".upload-open").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "Title of tape.wav"
    page.keyboard.type(" reel")
    page.keyboard.press("Escape")

    expect(row(page).locator(".draft-fields")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Edit tape reel"
    line.release()
    becomes(service, title="tape reel")


def test_a_reload_keeps_what_was_entered_of_a_small_song(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """It continues by itself, under its new name."""
    travel(page, service, line, a_song("Oda Vik - tape.wav"))
    rename(page)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("button", name="Edit Slow Water")).to_be_visible()
    line.release()

    becomes(service, title="Slow Water", artist=None)


def test_a_reload_keeps_what_was_entered_of_a_large_file(
    page: Page, service: Service, line: WeakLine, tmp_path: Path
) -> None:
    """The service does not know it before the confirm, so the browser keeps it until the file is chosen again."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * (5 * MIB))
    travel(page, service, line, film)
    open_fields(page).get_by_label("Title of").fill("Waves")

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    again = page.get_by_role("button", name="Choose file Waves again to resume")
    expect(again).to_be_visible()
    line.release()
    with page.expect_file_chooser() as chooser:
        again.click()
    chooser.value.set_files(str(film))

    becomes(service, title="Waves")


def test_a_failed_upload_is_retried_under_its_new_name(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=400, body=REFUSED, headers={"access-control-allow-origin": "*"})

    page.route(f"{line.url}/**", refuse)
    page.goto(service.url)
    add(page, a_song("tape.wav"), mood="Happy")
    expect(page.get_by_role("button", name="Retry tape")).to_be_visible(timeout=20_000)

    open_fields(page).get_by_label("Title of").fill("Slow Water")
    page.unroute(f"{line.url}/**", refuse)
    page.get_by_role("button", name="Retry Slow Water").click()

    becomes(service, title="Slow Water")


def test_what_cannot_be_saved_says_so_and_is_tried_again(
    page: Page, service: Service, line: WeakLine, a_song: Callable[..., Path]
) -> None:
    """The song is in the library all the same; the text stays in its field."""

    def refuse(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fulfill(status=403, json=NOT_ALLOWED)
        else:
            route.fallback()

    page.route("**/v1/files/*", refuse)
    travel(page, service, line, a_song("tape.wav"))
    title = open_fields(page).get_by_label("Title of")
    line.release()
    expect(page.locator(".upload-row[data-status=done]")).to_be_visible(timeout=20_000)

    title.fill("Slow Water")
    retry = page.get_by_role("button", name="Retry Slow Water")
    expect(retry).to_be_visible()
    expect(row(page).get_by_text(re.compile("^Couldn't update Slow Water"))).to_be_visible()
    expect(title).to_have_value("Slow Water")
    page.unroute("**/v1/files/*", refuse)
    retry.click()

    becomes(service, title="Slow Water")
    expect(retry).to_have_count(0)
