"""The steps of a person who registers and signs in on the page."""

from typing import Any

import urllib3
from playwright.sync_api import Page, expect

from tests.conftest import Service

EMAIL, PASSWORD = "ada@example.com", "correct horse battery staple"


def newest_mail(service: Service) -> dict[str, Any]:
    """What /dev/mail shows first."""
    answer = urllib3.request("GET", f"{service.url}/dev/mail", headers={"Accept": "application/json"})
    mail: dict[str, Any] = answer.json()["mails"][0]
    return mail


def follow(page: Page, link: str) -> None:
    """Follow a link that a guest has in the top bar, or in a menu where songs are listed."""
    links, menu = page.get_by_role("link", name=link), page.get_by_role("button", name="Guest")
    expect(links.or_(menu).first).to_be_visible()
    if menu.is_visible():
        menu.click()
    links.first.click()


def register(page: Page, name: str = "Ada", email: str = EMAIL) -> None:
    """Fill in the form of /register, which a link in the top bar leads to."""
    follow(page, "Create an account")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create account").click()


def type_code(page: Page, service: Service) -> None:
    """Type the code of the newest mail."""
    boxes = page.get_by_label("Six-digit code")
    expect(boxes).to_be_focused()
    boxes.fill(newest_mail(service)["code"])


def sign_in(page: Page, email: str = EMAIL, password: str = PASSWORD) -> None:
    """Fill in the form of /sign-in."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in_by_api(page: Page, url: str, email: str) -> None:
    """Sign in to an account that exists, without the page's form."""
    assert page.request.post(f"{url}/api/auth/login", data={"email": email, "password": PASSWORD}).ok


def make_account(page: Page, url: str, email: str = EMAIL) -> None:
    """Make an account without the page's forms, and without the files of a guest; the page is signed in to it."""
    calls, send = f"{url}/api/auth", page.request.post
    asked = {"email": email, "password": PASSWORD, "name": "Ada", "keep_guest": False}
    token = send(f"{calls}/register", data=asked).json()["verification_token"]
    shown = page.request.get(f"{url}/dev/mail", headers={"Accept": "application/json"}).json()
    proof = {"verification_token": token, "code": shown["mails"][0]["code"], "email": email}
    assert send(f"{calls}/verify-email", data=proof).status == 201
