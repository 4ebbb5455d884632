"""Passkeys in Chromium, with the authenticator that its DevTools protocol simulates."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3
from playwright.sync_api import Page, expect
from pymongo import MongoClient

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.authenticator import Authenticator, at_localhost
from tests.e2e.axe import violations

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"
# Whatever the page gets, in JSON.
POST = """async ([path, body]) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, ...(await answer.json()) };
}"""


@pytest.fixture
def page(watched_page: Page) -> Page:
    return watched_page


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Accounts on this machine, with mails shown and not sent."""
    return settings.model_copy(update={"auth_mode": "accounts", "mail_page": True})


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(settings)


def join(page: Page, service: Service, address: str | None = None) -> Authenticator:
    """Make an account, and open its sign-in tab with a device at hand."""
    address = address or at_localhost(service.url)
    page.goto(f"{address}/healthz")
    asked = page.evaluate(POST, ["/api/auth/register", {"email": EMAIL, "password": PASSWORD, "name": "Ada"}])
    mails = urllib3.request("GET", f"{service.url}/dev/mail", headers={"Accept": "application/json"}).json()["mails"]
    proof = {"email": EMAIL, "code": mails[0]["code"], "verification_token": asked["verification_token"]}
    assert page.evaluate(POST, ["/api/auth/verify-email", proof])["status"] == 201
    page.goto(f"{address}/account?tab=security")
    return Authenticator(page)


def add_passkey(page: Page, name: str = "Ada's laptop") -> None:
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Ada", exact=True).click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@contextmanager
def signing_in(page: Page) -> Iterator[list[str]]:
    """Collect what the page sends to sign in with a passkey."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "passkey/login" in request.url else None)
    yield sent


def sign_in_by_passkey(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()


def test_a_passkey_is_added_signs_in_once_and_is_removed(page: Page, service: Service) -> None:
    """All of it on the page; what was sent to sign in is worth nothing a second time."""
    device = join(page, service)
    add_passkey(page)
    assert [one["rpId"] for one in device.passkeys] == ["localhost"]
    sign_out(page)

    with signing_in(page) as sent:
        sign_in_by_passkey(page)
        expect(page.get_by_role("button", name="Ada", exact=True)).to_be_visible()
    replayed = page.evaluate(
        """async (body) => {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch("/api/auth/passkey/login", { method: "POST", headers, body });
      return answer.json();
    }""",
        sent[0],
    )
    assert replayed["code"] == "passkey_invalid"

    page.goto(f"{at_localhost(service.url)}/account?tab=security")
    page.get_by_role("button", name="Remove Ada's laptop").click()
    expect(page.get_by_text("No passkeys yet.")).to_be_visible()
    sign_out(page)
    sign_in_by_passkey(page)
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not accepted.")


def test_the_device_decides_who_the_person_is(page: Page, service: Service) -> None:
    """Without a finger, a face or a PIN it signs nothing, and one passkey of an account is enough for a device."""
    device = join(page, service)
    add_passkey(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("has a passkey for your account already")
    sign_out(page)

    device.recognise(person=False)
    sign_in_by_passkey(page)

    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")


def test_a_disabled_user_is_refused(page: Page, service: Service, settings: Settings) -> None:
    """In the words for any passkey that is not accepted."""
    join(page, service)
    add_passkey(page)
    sign_out(page)
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        users = client[settings.mongodb_database]["users"]
        users.update_one({"email": EMAIL}, {"$set": {"disabled_at": datetime.now(UTC)}, "$inc": {"epoch": 1}})

    sign_in_by_passkey(page)

    expect(page.get_by_role("alert")).to_contain_text("The passkey was not accepted.")


def test_a_passkey_confirms_a_change(page: Page, service: Service, settings: Settings) -> None:
    """Ten minutes after the last proof, the page asks who it is, and a passkey answers."""
    join(page, service)
    add_passkey(page)
    with MongoClient[dict[str, Any]](settings.mongodb_uri) as client:
        earlier = datetime.now(UTC) - timedelta(minutes=11)
        client[settings.mongodb_database]["sessions"].update_many({}, {"$set": {"auth_at": earlier}})
    page.get_by_role("button", name="Remove Ada's laptop").click()
    question = page.get_by_role("dialog", name="Confirm that it's you")
    expect(question).to_be_visible()
    assert violations(page) == []

    question.get_by_role("button", name="Confirm with a passkey").click()

    expect(page.get_by_text("No passkeys yet.")).to_be_visible()


def test_a_page_at_another_port_cannot_use_the_passkey(
    page: Page, service: Service, settings: Settings, serve: Callable[..., Service]
) -> None:
    """For the browser `localhost` is one site, whatever the port; the service compares the whole origin."""
    join(page, service)
    add_passkey(page)
    other = serve(settings.model_copy(update={"public_url": at_localhost(service.url)}))
    page.goto(f"{at_localhost(other.url)}/sign-in")
    expect(page.get_by_role("button", name="Ada", exact=True)).to_be_visible()  # a cookie knows no port
    sign_out(page)

    sign_in_by_passkey(page)

    expect(page.get_by_role("alert")).to_contain_text("The passkey was not accepted.")


def test_at_an_ip_address_the_page_leads_to_localhost(page: Page, service: Service) -> None:
    """Browsers have passkeys at names alone: at the place where one signs in, and in the account."""
    page.goto(f"{service.url}/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    page.get_by_role("link", name="Open this page at localhost").click()
    page.wait_for_url(f"{at_localhost(service.url)}/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()

    join(page, service, service.url)
    expect(page.get_by_role("link", name="Open this page at localhost")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 820, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_everyone_can_use_it(open_page: Callable[..., Page], service: Service, width: int, language: str) -> None:
    """By keyboard; axe objects to nothing; nothing is wider than the window."""
    page = open_page(viewport={"width": width, "height": 900}, locale=language)
    join(page, service)
    add = page.locator("form", has=page.locator("input[name=name]")).get_by_role("button")
    page.locator("input[name=name]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("laptop")
    page.keyboard.press("Tab")
    expect(add).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="laptop")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.context.clear_cookies()
    page.goto(f"{at_localhost(service.url)}/sign-in")
    button = page.locator(".account-providers").get_by_role("button")
    expect(button).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ada", exact=True)).to_be_visible()
