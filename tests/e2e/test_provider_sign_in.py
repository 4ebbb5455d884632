"""Signing in with a provider in Chromium: the page on localhost, the provider on 127.0.0.1, which are two sites."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dev.ports import free_port
from dev.servers import MongodServer
from tests.conftest import Service, Store, settings_for
from tests.e2e.people import make_account
from tests.helpers.oidc_provider import OidcProvider, running_oidc_provider

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(180)]

BEGIN = """async (body) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/api/auth/login", { method: "POST", headers, body: JSON.stringify(body) });
  return (await answer.json()).url;
}"""
SESSION = '() => fetch("/api/auth/session").then((answer) => answer.json())'
# A page of ours that asks for nothing by itself.
NEXT = "/healthz"


@pytest.fixture(scope="module")
def port() -> int:
    """The service's: the provider wants to know it."""
    return free_port()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[OidcProvider]:
    """One that sends people back to that port."""
    callback = f"http://localhost:{port}/api/auth/callback/oidc"
    with running_oidc_provider(tmp_path_factory.mktemp("identity"), callback) as running:
        yield running


@pytest.fixture
def address(
    serve: Callable[..., Service],
    minio: Store,
    mongod: MongodServer,
    signing_keys: dict[str, str],
    provider: OidcProvider,
    port: int,
    tmp_path: Path,
) -> str:
    """The service with accounts, as the browser reaches it."""
    accounts = {"auth_mode": "accounts", "mail_page": True, "oidc_trusts_email": True}
    serve(settings_for(minio, mongod, **signing_keys, **accounts, **provider.settings), port=port)
    return f"http://localhost:{port}"


def at_the_provider(page: Page, address: str) -> None:
    """Open the page and choose the provider."""
    page.goto(address + NEXT)
    page.goto(page.evaluate(BEGIN, {"provider": "oidc", "next": NEXT}))


def agree(page: Page, name: str) -> None:
    """Sign in at the provider, and agree that the page learns who it is."""
    page.locator("[name=login]").fill(name)
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def cookies(page: Page, address: str) -> dict[str, Any]:
    """The browser's cookies for our callback, by name."""
    return {cookie["name"]: cookie for cookie in page.context.cookies(f"{address}/api/auth/callback/oidc")}


def test_a_person_signs_in_and_is_back_on_the_page(page: Page, address: str) -> None:
    """The Lax cookie comes back with them, the Strict one of the session is set and sent with the page's own calls."""
    at_the_provider(page, address)
    assert cookies(page, address)["moodrop_oauth"]["sameSite"] == "Lax"
    agree(page, "grace")
    page.wait_for_url(address + NEXT)

    session = page.evaluate(SESSION)

    assert session["user"]["email"] == "grace@example.com"
    assert session["session"]["how"] == "oidc"
    assert cookies(page, address)["moodrop_session"]["sameSite"] == "Strict"
    assert "moodrop_oauth" not in cookies(page, address)


def test_a_person_who_cancels_is_told_on_the_sign_in_page(page: Page, address: str) -> None:
    """And is nobody."""
    at_the_provider(page, address)
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"{address}/sign-in#problem=sign_in_failed")

    page.goto(address + NEXT)

    assert page.evaluate(SESSION)["user"] is None


def test_the_way_back_of_another_browser_signs_nobody_in(
    page: Page, open_page: Callable[..., Page], address: str, provider: OidcProvider
) -> None:
    """A link with somebody's unused answer in it; that browser itself may follow it."""
    page.goto(address + NEXT)
    back = provider.sign_in(page.evaluate(BEGIN, {"provider": "oidc", "next": NEXT}), "mallory")

    victim = open_page()
    victim.goto(back)

    victim.wait_for_url(f"{address}/sign-in#problem=sign_in_failed")
    victim.goto(address + NEXT)
    assert victim.evaluate(SESSION)["user"] is None
    page.goto(back)
    assert page.evaluate(SESSION)["user"]["email"] == "mallory@example.com"


def sign_in_with_provider(page: Page, address: str, name: str) -> None:
    """Press the provider's button on the page, and sign in there."""
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Continue with Home").click()
    agree(page, name)


def test_the_providers_button_signs_a_new_person_in(page: Page, address: str) -> None:
    """On the page, with the provider's name on it; afterwards the top bar knows the person."""
    sign_in_with_provider(page, address, "grace")

    expect(page.get_by_role("button", name="grace", exact=True)).to_be_visible()


def test_a_new_person_may_use_the_button_on_the_form_of_new_accounts(page: Page, address: str) -> None:
    """It stands there, too."""
    page.goto(f"{address}/register")
    page.get_by_role("button", name="Continue with Home").click()
    agree(page, "grace")

    expect(page.get_by_role("button", name="grace", exact=True)).to_be_visible()


@pytest.mark.parametrize(("language", "shown"), [("en-GB", "didn't work"), ("de-DE", "hat nicht geklappt")])
def test_who_cancels_reads_so_in_their_language(
    open_page: Callable[..., Page], address: str, language: str, shown: str
) -> None:
    page = open_page(locale=language)
    page.goto(f"{address}/sign-in")
    page.get_by_role("button", name="Home").click()
    page.get_by_role("link", name="Cancel").click()

    expect(page.get_by_role("alert")).to_contain_text(shown)


def test_a_provider_is_linked_and_unlinked_on_the_account_page(
    page: Page, open_page: Callable[..., Page], address: str
) -> None:
    """While it is linked it signs in; afterwards the person has another account there, or none."""
    make_account(page, address)
    page.goto(f"{address}/account?tab=security")
    page.get_by_role("button", name="Link Home").click()
    agree(page, "grace")
    page.wait_for_url(f"{address}/account?tab=security")
    expect(page.get_by_text("grace@example.com")).to_be_visible()
    expect(page.get_by_text("Provider linked")).to_be_visible()

    other = open_page()
    sign_in_with_provider(other, address, "grace")
    expect(other.get_by_role("button", name="Ada")).to_be_visible()

    page.get_by_role("button", name="Unlink Home").click()
    expect(page.get_by_role("button", name="Link Home")).to_be_visible()
    expect(page.get_by_text("grace@example.com")).to_have_count(0)


def test_the_identity_of_somebody_else_is_refused_on_the_account_page(
    page: Page, open_page: Callable[..., Page], address: str
) -> None:
    """Whoever is signed in reads why where they began."""
    sign_in_with_provider(open_page(), address, "grace")
    make_account(page, address)
    page.goto(f"{address}/account?tab=security")
    page.get_by_role("button", name="Link Home").click()
    agree(page, "grace")

    expect(page.get_by_role("alert")).to_contain_text("Another account is linked to it.")
    expect(page.get_by_role("tab", name="Sign-in", selected=True)).to_be_visible()
    expect(page.get_by_role("button", name="Link Home")).to_be_visible()
