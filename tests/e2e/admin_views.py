"""Opens each view of an administrator as a person would."""

from playwright.sync_api import Page, expect

from tests.e2e.imported_people import ADMIN
from tests.e2e.people import sign_in_by_api
from tests.e2e.world import World

BOB = "bob@example.com"
LONG = "a.person.whose.name.is.longer.than.any.column@mail.department.university.example.com"
# Whom the operator has added to the service with accounts, besides the administrator.
PEOPLE = (BOB, LONG)


def users(page: Page, world: World) -> None:
    """Show the list of users: an active one, a disabled one, and a long address."""
    _admin(page, world)
    listed = page.request.get(f"{world.members.url}/api/admin/users?q={LONG}").json()["users"]
    headers = {"Origin": world.members.url}
    page.request.patch(
        f"{world.members.url}/api/admin/users/{listed[0]['user_id']}", data={"disabled": True}, headers=headers
    )
    page.goto(f"{world.members.url}/admin")
    expect(page.get_by_role("listitem").filter(has_text=LONG)).to_contain_text("Disabled")


def no_user(page: Page, world: World) -> None:
    """Show a search that finds nobody."""
    _admin(page, world)
    page.goto(f"{world.members.url}/admin?about=zzz")
    expect(page.get_by_text("Nobody matches.")).to_be_visible()


def managing(page: Page, world: World) -> None:
    """Show what can be done to a user, with a limit that is no number."""
    _admin(page, world)
    page.goto(f"{world.members.url}/admin?about={BOB}")
    page.get_by_role("button", name=f"Manage {BOB}").click()
    page.get_by_label("Unfinished uploads").fill("9999")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("At most 2,000.")).to_be_visible()


def events(page: Page, world: World) -> None:
    """Show what happened to all accounts."""
    _admin(page, world)
    page.goto(f"{world.members.url}/admin?tab=audit")
    expect(page.get_by_text("with your password").first).to_be_visible()


def events_of_a_user(page: Page, world: World) -> None:
    """Show what happened to one account."""
    managing(page, world)
    page.get_by_role("button", name="Events of this account").click()
    expect(page.get_by_role("button", name="Show all accounts")).to_be_visible()
    expect(page.get_by_text("Account imported")).to_be_visible()


def not_for_users(page: Page, world: World) -> None:
    """Show what somebody else sees at the address."""
    sign_in_by_api(page, world.members.url, BOB)
    page.goto(f"{world.members.url}/admin")
    expect(page.get_by_text("Only administrators can see this page.")).to_be_visible()


def _admin(page: Page, world: World) -> None:
    sign_in_by_api(page, world.members.url, ADMIN)


ADMIN_VIEWS = (users, no_user, managing, events, events_of_a_user, not_for_users)
