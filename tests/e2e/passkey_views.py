"""Opens each view of passkeys as a person would, with a device that makes them."""

from uuid import uuid4

from playwright.sync_api import Page, Route, expect

from tests.e2e.authenticator import Authenticator, at_localhost
from tests.e2e.people import make_account
from tests.e2e.world import World


def passkeys(page: Page, world: World) -> None:
    """Show the passkey of an account, and the form for another one."""
    Authenticator(page)
    _security(page, world)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove Chrome · Linux")).to_be_visible()


def refused_passkey(page: Page, world: World) -> None:
    """Show the button to sign in, after the device did not recognise the person."""
    Authenticator(page).recognise(person=False)
    page.goto(f"{at_localhost(world.members.url)}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used.", exact=False)).to_be_visible()


def confirming(page: Page, world: World) -> None:
    """Show what is asked before a passkey is removed if the last sign-in was a while ago."""
    passkeys(page, world)
    page.route("**/api/auth/passkeys/*", _ask_again)
    page.get_by_role("button", name="Remove Chrome · Linux").click()
    question = page.get_by_role("dialog", name="Confirm that it's you")
    expect(question.get_by_role("button", name="Confirm with a passkey")).to_be_visible()


def without_passkeys(page: Page, world: World) -> None:
    """Show the account in a browser that has none."""
    page.add_init_script("delete globalThis.PublicKeyCredential")
    _security(page, world)
    expect(page.get_by_text("This browser has no passkeys.")).to_be_visible()


def _security(page: Page, world: World) -> None:
    """Open the sign-in tab of a new account, at the address where browsers have passkeys."""
    address = at_localhost(world.members.url)
    make_account(page, address, f"{uuid4().int}@example.com")  # an account has ten passkeys at most
    page.goto(f"{address}/account?tab=security")
    expect(page.get_by_text("No passkeys yet.")).to_be_visible()


def _ask_again(route: Route) -> None:
    problem = {
        "code": "reauthentication_needed",
        "status": 403,
        "title": "",
        "detail": "",
        "hint": "",
        "retryable": False,
    }
    route.fulfill(status=403, json=problem)


PASSKEY_VIEWS = (passkeys, refused_passkey, confirming, without_passkeys)
