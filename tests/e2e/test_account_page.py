"""The account's own page in a real browser: pictures, storage, address, terminals, a guest's files, and leaving."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import add, expect_in_library, wait_until
from tests.e2e.people import EMAIL, PASSWORD, follow, make_account, newest_mail, sign_in, type_code
from tests.e2e.tagged_song import png

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

NEW_EMAIL = "lovelace@example.com"
QUOTA = 2_000_000


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    """A service on this machine as `make run` starts it, with a quota."""
    accounts = {"auth_mode": "accounts", "guests": "local", "mail_page": True, "quota_bytes": QUOTA}
    return serve(settings.model_copy(update=accounts))


@pytest.fixture
def account(page: Page, service: Service) -> Page:
    """The page of somebody who is signed in."""
    make_account(page, service.url)
    return page


def open_tab(page: Page, service: Service, tab: str) -> None:
    page.goto(f"{service.url}/account")
    page.get_by_role("tab", name=tab).click()


def test_a_profile_picture_is_chosen_replaced_and_removed(account: Page, service: Service) -> None:
    """The top bar shows it at once, as the store has it."""
    open_tab(account, service, "Profile")
    shown = account.locator(".top-menu-key .avatar img")
    expect(account.get_by_role("button", name="Ada").locator(".avatar")).to_have_text("A")

    for side in (64, 96):
        picture = png(side, (side, 0x50, 0x90))
        account.get_by_label("Profile picture", exact=True).set_input_files(
            {"name": "me.png", "mimeType": "image/png", "buffer": picture}
        )
        expect(shown).to_have_js_property("naturalWidth", side)
    account.reload()
    expect(shown).to_have_js_property("naturalWidth", 96)

    account.get_by_role("button", name="Remove: Profile picture").click()
    expect(shown).to_have_count(0)


def test_a_picture_that_is_none_changes_nothing(account: Page, service: Service) -> None:
    """It says so."""
    open_tab(account, service, "Profile")
    account.get_by_label("Cover picture", exact=True).set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    expect(account.get_by_text("Couldn't read sea.png.", exact=False).last).to_be_visible()
    expect(account.get_by_role("button", name="Choose: Cover picture")).to_be_visible()


def test_storage_is_counted_in_the_tab_and_in_the_top_bar(
    account: Page, service: Service, a_song: Callable[..., Path]
) -> None:
    """The bars tell what a song takes."""
    account.goto(service.url)
    song = a_song("Low Tide.wav", seconds=10)
    add(account, song, mood="Sad")
    expect_in_library(account, "Low Tide")
    used = song.stat().st_size

    open_tab(account, service, "Storage")
    bar = account.get_by_role("tabpanel").get_by_role("meter")
    expect(bar).to_have_js_property("value", used)
    expect(bar).to_have_js_property("max", QUOTA)
    account.get_by_role("button", name="Ada").click()
    expect(account.locator(".top-menu-list meter")).to_have_js_property("value", used)


def test_the_address_is_changed_by_a_code_that_goes_to_the_new_one(
    account: Page, open_page: Callable[..., Page], service: Service
) -> None:
    """The new one signs in, the old one does not, and gets a notice."""
    open_tab(account, service, "Sign-in")
    account.get_by_label("New e-mail address").fill(NEW_EMAIL)
    account.get_by_role("button", name="Change address").click()
    type_code(account, service)
    expect(account.get_by_text(f"You sign in as {NEW_EMAIL}.")).to_be_visible()
    expect(account.get_by_text("E-mail address changed")).to_have_count(0)
    account.reload()
    expect(account.get_by_text("E-mail address changed")).to_be_visible()
    assert newest_mail(service)["to"] == EMAIL

    other = open_page()
    other.goto(f"{service.url}/sign-in")
    sign_in(other)
    expect(other.get_by_text("is wrong", exact=False)).to_be_visible()
    sign_in(other, NEW_EMAIL)
    expect(other.get_by_role("button", name="Ada")).to_be_visible()


def test_who_leaves_types_the_address_and_is_signed_out(account: Page, service: Service) -> None:
    """Another address is refused beside its field; the account lets nobody in afterwards."""
    open_tab(account, service, "Delete")
    field = account.get_by_label(f"Type {EMAIL} to confirm")
    field.fill(NEW_EMAIL)
    account.get_by_role("button", name="Delete my account").click()
    expect(account.get_by_text("That is not the address of this account.")).to_be_visible()
    field.fill(EMAIL)
    account.get_by_role("button", name="Delete my account").click()
    expect(account.get_by_role("link", name="Sign in").first).to_be_visible()

    account.goto(f"{service.url}/sign-in")
    sign_in(account)
    expect(account.get_by_text("is wrong", exact=False)).to_be_visible()


def test_the_files_of_a_guest_come_along_when_signing_in(
    page: Page, open_page: Callable[..., Page], service: Service, a_song: Callable[..., Path]
) -> None:
    """To an account that exists already, after the person has agreed."""
    make_account(open_page(), service.url)
    page.goto(service.url)
    add(page, a_song("Low Tide.wav"), mood="Sad")
    expect_in_library(page, "Low Tide")
    follow(page, "Sign in")
    sign_in(page)
    expect(page.get_by_role("heading", name="Bring your files along?")).to_be_visible()
    page.get_by_role("button", name="Move them").click()
    expect(page.get_by_role("button", name="Ada")).to_be_visible()

    wait_until(lambda: page.request.get(f"{service.url}/v1/files").json()["files"] != [], seconds=60)
    page.reload()
    expect_in_library(page, "Low Tide")


def terminal(page: Page, service: Service) -> dict[str, Any]:
    """Ask for a key as `moodrop login` does."""
    answer = page.request.post(f"{service.url}/api/auth/device", data={"name": "moodrop on laptop"})
    asked: dict[str, Any] = answer.json()
    return asked


def collected(page: Page, service: Service, asked: dict[str, Any]) -> int:
    """The status of the terminal's next question."""
    body = {"device_code": asked["device_code"]}
    return page.request.post(f"{service.url}/api/auth/device/token", data=body).status


@pytest.mark.parametrize(("press", "outcome", "status"), [("Allow", "Allowed.", 200), ("Refuse", "Refused.", 404)])
def test_a_terminal_is_allowed_or_refused_on_the_page(
    account: Page, service: Service, press: str, outcome: str, status: int
) -> None:
    """Opening the address alone does neither."""
    asked = terminal(account, service)
    account.goto(f"{service.url}/link#{asked['user_code']}")
    expect(account.get_by_text("moodrop on laptop")).to_be_visible()
    expect(account.get_by_text(asked["user_code"])).to_be_visible()
    assert collected(account, service, asked) == 409

    account.get_by_role("button", name=press).click()
    expect(account.get_by_role("alert")).to_contain_text(outcome)
    assert collected(account, service, asked) == status


def test_who_is_not_signed_in_signs_in_first_and_then_sees_the_terminal(
    page: Page, open_page: Callable[..., Page], service: Service
) -> None:
    """A code that was mistyped is refused beside its field."""
    make_account(open_page(), service.url)
    asked = terminal(page, service)
    page.goto(f"{service.url}/link")
    sign_in(page)
    page.get_by_label("Code of the terminal").fill("BBBB-BBBB")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("No terminal waits with this code.", exact=False)).to_be_visible()
    page.get_by_label("Code of the terminal").fill(asked["user_code"].lower().replace("-", ""))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Refuse")).to_be_visible()
    assert PASSWORD not in page.content()
