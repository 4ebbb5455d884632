"""/admin, in a real browser and on real servers: what an administrator sees of users, and does to them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect
from pymongo import MongoClient

from service.settings import Settings
from tests.conftest import Service
from tests.e2e.axe import violations
from tests.e2e.imported_people import ADMIN, add_people
from tests.e2e.people import PASSWORD

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

BOB = "bob@example.com"
MANY = [f"user{number:02}@example.com" for number in range(60)]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A service with accounts and quotas, and some people in it."""
    accounts = {"auth_mode": "accounts", "mail_page": True, "quota_bytes": 2_000_000_000}
    settings = settings.model_copy(update=accounts)
    add_people(settings, [*MANY, BOB])
    return settings


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(settings)


def sign_in(page: Page, service: Service, email: str = ADMIN, address: str = "/admin") -> None:
    """The address stands in for the form until somebody is signed in."""
    page.goto(f"{service.url}{address}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def manage(page: Page, email: str = BOB) -> None:
    page.get_by_role("searchbox").fill(email)
    page.get_by_role("button", name=f"Manage {email}").click()
    expect(page.get_by_role("dialog", name=email)).to_be_visible()


def row(page: Page, email: str = BOB) -> Locator:
    return page.get_by_role("listitem").filter(has_text=email)


def test_an_administrator_disables_and_enables_a_user(
    page: Page, open_page: Callable[..., Page], service: Service
) -> None:
    """The user's own browser is out at once, and the events say who did it."""
    bob = open_page()
    sign_in(bob, service, BOB, "/")
    expect(bob.get_by_role("button", name="Bob")).to_be_visible()
    sign_in(page, service)
    manage(page)

    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("button", name="Enable")).to_be_visible()
    bob.reload()
    expect(bob.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="Enable").click()
    expect(page.get_by_role("button", name="Disable")).to_be_visible()

    page.get_by_role("button", name="Events of this account").click()
    expect(page.get_by_role("tab", name="Events", selected=True)).to_be_visible()
    expect(page.get_by_text("Account enabled by an administrator")).to_be_visible()
    expect(page.get_by_text("by you").first).to_be_visible()
    expect(page.get_by_text("Account imported")).to_be_visible()


def test_an_administrator_makes_another_and_is_asked_who_they_are(
    page: Page, service: Service, settings: Settings
) -> None:
    """Ten minutes after the sign-in. The change that was asked for is made then."""
    sign_in(page, service)
    manage(page)
    with MongoClient(settings.mongodb_uri) as client:
        sessions = client[settings.mongodb_database]["sessions"]
        sessions.update_many({}, {"$set": {"auth_at": datetime(2026, 1, 1, tzinfo=UTC)}})

    page.get_by_role("button", name="Make administrator").click()
    page.get_by_role("dialog", name="Confirm that it's you").get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm", exact=True).click()

    expect(page.get_by_role("button", name="Remove as administrator")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(row(page)).to_contain_text("Administrator")


def test_an_administrator_sets_limits(page: Page, service: Service) -> None:
    """A bad number is refused beside its field; the limits for everybody come back."""
    sign_in(page, service)
    manage(page)
    gigabytes = page.get_by_label("Gigabytes")
    expect(gigabytes).to_have_value("2")

    gigabytes.fill("many")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("Type a number, or nothing.")).to_be_visible()
    gigabytes.fill("7.5")
    page.get_by_role("textbox", name="Files").fill("100")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("Set for this account.")).to_be_visible()
    page.reload()
    page.get_by_role("button", name=f"Manage {BOB}").click()
    expect(gigabytes).to_have_value("7.5")
    expect(page.get_by_role("textbox", name="Files")).to_have_value("100")
    page.get_by_role("button", name="Use the limits for everybody").click()

    expect(page.get_by_text("These are the limits for everybody.")).to_be_visible()
    expect(gigabytes).to_have_value("2")


def test_a_user_is_deleted_after_the_address_is_typed(page: Page, service: Service) -> None:
    """Then nothing can be changed any more."""
    sign_in(page, service)
    manage(page)

    page.get_by_label(f"Type {BOB} to confirm").fill("somebody@example.com")
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_text("That is not this account.")).to_be_visible()
    page.get_by_label(f"Type {BOB} to confirm").fill(BOB)
    page.get_by_role("button", name="Delete account").click()

    expect(page.get_by_role("button", name="Delete account")).to_have_count(0)
    expect(page.get_by_role("button", name="Disable")).to_have_count(0)
    page.get_by_role("button", name="Close").click()
    expect(row(page)).to_contain_text("Being deleted")


def test_all_of_it_works_by_keyboard(page: Page, service: Service) -> None:
    """Search, manage, disable, close, and the tabs; the focus comes back to where it was."""
    sign_in(page, service)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("bob@")
    key = page.get_by_role("button", name=f"Manage {BOB}")
    expect(page.get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(key).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=BOB)).to_be_visible()
    page.get_by_role("button", name="Disable").press("Enter")
    expect(page.get_by_role("button", name="Enable")).to_be_focused()
    page.keyboard.press("Escape")
    expect(key).to_be_focused()
    expect(row(page)).to_contain_text("Disabled")

    page.get_by_role("tab", name="Users").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Events", selected=True)).to_be_focused()
    expect(page.get_by_text("Account disabled by an administrator")).to_be_visible()


def test_the_list_grows_page_by_page(page: Page, service: Service) -> None:
    """62 people: 50, and then the others, each once."""
    sign_in(page, service)
    expect(page.get_by_role("listitem")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("listitem")).to_have_count(62)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    assert len(set(page.get_by_role("listitem").all_inner_texts())) == 62


def test_nobody_else_sees_it(page: Page, service: Service) -> None:
    """The menu names it to administrators alone."""
    sign_in(page, service, BOB)
    expect(page.get_by_text("Only administrators can see this page.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Bob").click()
    expect(page.get_by_role("link", name="Account")).to_be_visible()
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)


def test_the_last_administrator_is_told_so_in_the_account(page: Page, service: Service) -> None:
    """Leaving is refused in words that say what to do."""
    sign_in(page, service, address="/account?tab=delete")
    page.get_by_label(f"Type {ADMIN} to confirm").fill(ADMIN)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("only administrator", re.IGNORECASE))
