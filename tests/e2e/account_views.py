"""Opens each view of accounts as a person would."""

import re
from uuid import uuid4

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.people import EMAIL, PASSWORD, make_account
from tests.e2e.tagged_song import png
from tests.e2e.world import World

ADA = {"email": EMAIL, "password": PASSWORD}


def sign_in(page: Page, world: World) -> None:
    """Show what a wrong password leads to."""
    page.goto(world.members.url)
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not what was chosen")
    page.get_by_role("button", name="Sign in", exact=True).click()
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


def profile(page: Page, world: World) -> None:
    """Show Ada's two pictures, the menu of the account, and what is used of the quota."""
    _account(page, world, "profile")
    expect(page.get_by_role("heading", name="Pictures")).to_be_visible()
    for label in ("Profile picture", "Cover picture"):
        if page.get_by_role("button", name=f"Choose: {label}").is_visible():
            page.get_by_label(label, exact=True).set_input_files(_picture(label))
            expect(page.get_by_role("button", name=f"Remove: {label}")).to_be_visible()
    expect(page.locator(".account-who .account-cover img")).to_have_js_property("naturalWidth", 256)
    page.get_by_role("button", name="Ada").click()
    expect(page.get_by_role("meter").first).to_be_visible()


def _picture(label: str) -> FilePayload:
    return {"name": f"{label}.png", "mimeType": "image/png", "buffer": png(256, (0x30, 0x50, 0x90))}


def security(page: Page, world: World) -> None:
    """Show how one signs in to one's account."""
    _account(page, world, "security")
    expect(page.get_by_label("New password")).to_be_visible()
    # Whichever is the newest: other views sign in, too.
    expect(page.get_by_text(re.compile("^(Account created|Signed in)$")).first).to_be_visible()


def devices(page: Page, world: World) -> None:
    """Show where one is signed in, the form of a new key, and the menu of the account."""
    _account(page, world, "devices")
    expect(page.get_by_text("This device").first).to_be_visible()
    page.get_by_role("button", name="Ada").click()


def storage(page: Page, world: World) -> None:
    """Show what is used of the quota."""
    _account(page, world, "storage")
    expect(page.get_by_role("tabpanel").get_by_role("meter")).to_have_count(2)


def terminal(page: Page, world: World) -> None:
    """Show the terminal that asks to be allowed."""
    _sign_in(page, world)
    asked = page.request.post(f"{world.members.url}/api/auth/device", data={"name": "moodrop on laptop"}).json()
    page.goto(f"{world.members.url}/link#{asked['user_code']}")
    expect(page.get_by_role("button", name="Allow")).to_be_visible()


def leaving(page: Page, world: World) -> None:
    """Show what has to be typed before an account is deleted."""
    _account(page, world, "delete")
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()


def _account(page: Page, world: World, tab: str) -> None:
    """Open a tab of Ada's account."""
    _sign_in(page, world)
    page.goto(f"{world.members.url}/account?tab={tab}")


def _sign_in(page: Page, world: World) -> None:
    """Sign in to Ada's account, which is made at the first call."""
    if page.request.post(f"{world.members.url}/api/auth/login", data=ADA).status == 401:
        make_account(page, world.members.url)


ACCOUNT_VIEWS = (
    *(sign_in, register, mailed_code, forgot),
    *(profile, security, devices, storage, terminal, leaving),
)
