"""What a person does on the page, in a real browser, with the bytes checked in the store."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dev.ports import free_port
from dev.servers import MongodServer
from service.accounts.adapters.jwt.authenticator import issue_token
from service.settings import Settings
from service.shared.scopes import ALL_SCOPES
from tests.conftest import Service, Store, settings_for
from tests.e2e.page import PLAYED, add, expect_in_library, wait_until
from tests.e2e.servers import own_store, stored_bytes, stored_keys
from tests.helpers.tokens import SECRET

pytestmark = [pytest.mark.real, pytest.mark.browser]

NAME = "Tönë \u2013 happy ♥"


def test_a_song_goes_from_the_page_to_the_store_and_back(
    page: Page, settings: Settings, serve_on_either: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """Uploaded, identical in MinIO, listed by mood, played, and downloaded under its own name."""
    service, song = serve_on_either(settings), a_song(f"{NAME}.wav")
    page.goto(service.url)

    add(page, song, mood="Happy")
    expect_in_library(page, NAME)

    assert stored_bytes(settings) == [song.read_bytes()]

    page.get_by_role("button", name="Happy, 1 file").click()
    expect_in_library(page, NAME)
    page.get_by_role("button", name=f"Play {NAME}").first.click()
    wait_until(lambda: page.evaluate(PLAYED) > 0.3)
    heard = page.evaluate(PLAYED)
    wait_until(lambda: page.evaluate(PLAYED) > heard + 0.3)

    with page.expect_download() as download:
        page.get_by_role("button", name=f"Download {NAME}").first.click()

    assert download.value.suggested_filename == f"{NAME}.wav"
    assert Path(download.value.path()).read_bytes() == song.read_bytes()


def test_several_files_go_to_their_moods_and_survive_a_restart(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """Two sad songs and a happy one; after a restart the service lists them all."""
    service = serve(settings)
    page.goto(service.url)

    add(page, a_song("one.wav"), a_song("two.wav", hertz=220), mood="Sad")
    expect_in_library(page, "one")
    expect_in_library(page, "two")
    add(page, a_song("three.wav", hertz=440), mood="Happy")
    expect_in_library(page, "three")
    page.get_by_role("button", name="Sad, 2 files").click()
    expect(page.get_by_role("button", name="Play three")).to_have_count(0)
    service.stop()
    again = serve(settings)
    page.goto(again.url)

    expect_in_library(page, "three")
    expect_in_library(page, "one")
    assert len(stored_bytes(settings)) == 3


def test_a_deleted_song_leaves_the_page_and_the_store(
    page: Page, settings: Settings, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """The page hides it at once; the store removes it unless it is restored."""
    service = serve(settings)
    page.goto(service.url)
    add(page, a_song("gone.wav"), mood="Neutral")
    expect_in_library(page, "gone")

    page.get_by_role("button", name="Delete gone", exact=True).first.click()

    expect(page.get_by_role("button", name="Play gone")).to_have_count(0)
    wait_until(lambda: stored_keys(settings) == [])


def test_a_failed_put_shows_its_reason_and_is_retried(
    page: Page,
    mongod: MongodServer,
    serve: Callable[..., Service],
    a_song: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """The store goes down and comes back: the song waits and says why, and one button retries it."""
    port, song = free_port(), a_song("patient.wav")
    store = own_store(tmp_path, port)
    settings = settings_for(store, mongod)
    page.goto(serve(settings).url)
    store.server.stop()

    add(page, song, mood="Happy")
    retry = page.get_by_role("button", name=re.compile("^Retry patient"))
    expect(retry).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Can't reach the storage server at 127.0.0.1").first).to_be_visible()
    back = own_store(tmp_path, port)
    retry.click()
    expect_in_library(page, "patient")

    assert stored_bytes(settings) == [song.read_bytes()]
    back.server.stop()


def test_a_file_that_is_not_welcome_is_refused_before_it_is_sent(
    page: Page, settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """The page names the accepted kinds; nothing reaches the store."""
    page.goto(serve(settings).url)
    text = tmp_path / "notes.html"
    text.write_text("<script>alert(1)</script>")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").first.click()
    chooser.value.set_files(str(text))

    expect(page.get_by_text("notes.html isn't supported", exact=False).first).to_be_visible()
    assert stored_bytes(settings) == []


def test_with_tokens_the_page_asks_for_one_and_does_not_keep_it(
    page: Page, minio: Store, mongod: MongodServer, serve: Callable[..., Service], a_song: Callable[..., Path]
) -> None:
    """AUTH_MODE=jwt: a right token is exchanged for a cookie that no script can read.

    What is kept is who used the page last, whose songs on the device are shown without a network.
    """
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)
    page.goto(serve(settings).url)
    token = issue_token(settings, "alice", ALL_SCOPES, at=datetime.now(UTC), expires_in=600)

    page.get_by_label("Access token").fill("not-a-token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That token isn't valid or has expired", exact=False).first).to_be_visible()
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    add(page, a_song("mine.wav"), mood="Happy")
    expect_in_library(page, "mine")

    storage = page.evaluate(
        "JSON.stringify([Object.values(localStorage), Object.values(sessionStorage), document.cookie])"
    )
    assert storage == '[["alice"],[],""]'
    page.reload()
    expect_in_library(page, "mine")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Access token")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Access token")).to_be_visible()
