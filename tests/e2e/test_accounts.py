"""An account, from a guest's first song to signing in again, in a real browser and on real servers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Page, expect

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.page import add, expect_in_library
from tests.e2e.people import EMAIL, PASSWORD, newest_mail, register, type_code
from tests.e2e.service import files_of

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    """A service on this machine as `make run` starts it: guests first, mails shown and not sent."""
    accounts = {"auth_mode": "accounts", "guests": "local", "mail_page": True}
    return serve(settings.model_copy(update=accounts))


def test_a_guests_songs_become_the_accounts(page: Page, service: Service, a_song: Callable[..., Path]) -> None:
    """No form before the first song; then register, type the code, sign out, and sign in by a mailed code."""
    page.goto(service.url)
    add(page, a_song("Low Tide.wav"), mood="Sad")
    expect_in_library(page, "Low Tide")
    owned = files_of(service)

    register(page)
    type_code(page, service)
    expect(page.get_by_role("button", name="Ada")).to_be_visible()
    expect_in_library(page, "Low Tide")

    page.get_by_role("button", name="Ada").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert urllib3.request("GET", f"{service.url}/v1/files").status == 401

    page.get_by_role("button", name="Send me a code instead").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send code").click()
    type_code(page, service)
    expect_in_library(page, "Low Tide")
    assert len(owned) == 1


def test_all_of_it_works_by_keyboard(page: Page, service: Service) -> None:
    """Registering, the menu, and signing in with the password: Tab, Enter and Escape alone."""
    page.goto(f"{service.url}/register")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Six-digit code")).to_be_focused()
    page.keyboard.type("000000")
    expect(page.get_by_text("That code or link isn't valid.", exact=False)).to_be_visible()
    page.keyboard.type(newest_mail(service)["code"])

    menu = page.get_by_role("button", name=EMAIL)
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Account")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").press("Enter")

    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()


def test_the_link_of_a_mail_needs_the_password_and_a_press(
    page: Page, open_page: Callable[..., Page], service: Service
) -> None:
    """Opened in another browser, it changes nothing by itself."""
    page.goto(service.url)
    register(page)
    expect(page.get_by_label("Six-digit code")).to_be_focused()
    other = open_page()
    link = re.sub(r"^https?://[^/]+", service.url, newest_mail(service)["links"][0])

    other.goto(link)
    expect(other.get_by_role("heading", name="Confirm your e-mail address")).to_be_visible()
    other.get_by_label("Password", exact=True).fill("not what was chosen")
    other.get_by_role("button", name="Confirm").click()
    expect(other.get_by_role("alert")).to_contain_text("That code or link isn't valid.")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Confirm").click()

    expect(other.get_by_role("button", name="Ada")).to_be_visible()


def test_a_forgotten_password_is_set_anew_by_a_mailed_code(
    page: Page, open_page: Callable[..., Page], service: Service
) -> None:
    """Every device is signed out, also the one that asked; then the new password signs in, and the old one does not."""
    page.goto(service.url)
    register(page)
    type_code(page, service)
    expect(page.get_by_role("button", name="Ada")).to_be_visible()
    other = open_page()

    other.goto(f"{service.url}/sign-in")
    other.get_by_role("link", name="Forgot your password?").click()
    other.get_by_label("E-mail address").fill(EMAIL)
    other.get_by_role("button", name="Send code").click()
    expect(other.get_by_role("heading", name="Set a new password")).to_be_visible()
    other.get_by_label("Six-digit code").fill(newest_mail(service)["code"])
    other.get_by_label("New password", exact=True).fill("a new and longer password")
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for password in (PASSWORD, "a new and longer password"):
        other.get_by_label("E-mail address").fill(EMAIL)
        other.get_by_label("Password", exact=True).fill(password)
        other.get_by_role("button", name="Sign in", exact=True).click()
        if password == PASSWORD:
            expect(other.get_by_text("The e-mail address or the password is wrong.", exact=False)).to_be_visible()
    expect(other.get_by_role("button", name="Ada")).to_be_visible()
