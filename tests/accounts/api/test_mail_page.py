"""/dev/mail: with MAIL_PAGE=1 this machine, and nobody else, reads the mails that are not sent."""

import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.ports import Ports
from service.settings import Settings
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    code_in_mail,
    mails_to,
    page_of,
    register,
)

NEW = {"email": EMAIL, "password": PASSWORD}
AS_JSON = {"Accept": "application/json"}


def shown(page: FlaskClient) -> list[dict[str, Any]]:
    """The mails as tests read them."""
    mails: list[dict[str, Any]] = page.get("/dev/mail", headers=AS_JSON).get_json()["mails"]
    return mails


def test_the_page_shows_the_mail_with_its_code_and_link(page: FlaskClient, accounts: Ports) -> None:
    """To people, without any script or style of its own; to tests as JSON."""
    assert "There is no mail yet." in page.get("/dev/mail").text
    page.post("/api/auth/register", json=NEW)

    answer = page.get("/dev/mail", headers={"Accept": "text/html,*/*;q=0.8"})
    [mail] = shown(page)

    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search("<script|<style|style=", answer.text)
    for text in (EMAIL, "Confirm your e-mail address", mail["code"], f'<a href="{mail["links"][0]}">'):
        assert text in answer.text
    assert (mail["to"], mail["template"], mail["language"]) == (EMAIL, "verify", "en")
    assert mail["code"] == code_in_mail(accounts)
    assert mail["links"] == [f"http://127.0.0.1:5000/verify#{mail['links'][0].partition('#')[2]}"]
    assert mail["code"] in mail["text"]
    assert mail["code"] in mail["html"]


def test_the_link_of_the_page_verifies(page: FlaskClient) -> None:
    """The token stands behind the #, so that no server sees it."""
    page.post("/api/auth/register", json=NEW)
    token = shown(page)[0]["links"][0].partition("#")[2]

    answer = page.post("/api/auth/verify-email", json={"token": token, "password": PASSWORD})

    assert answer.status_code == 201


def test_the_newest_mail_is_the_first_and_none_is_shown_that_would_not_be_sent(
    page: FlaskClient, accounts: Ports
) -> None:
    """Nobody has the last address."""
    register(page, accounts)
    page.post("/api/auth/otp/send", json={"email": EMAIL, "language": "de"})
    page.post("/api/auth/otp/send", json={"email": "nobody@example.com"})

    assert [mail["template"] for mail in shown(page)] == ["sign_in_code", "verify"]
    assert len(mails_to(accounts, "nobody@example.com")) == 1


def test_arabic_is_shown_from_right_to_left(page: FlaskClient) -> None:
    """As in the mail."""
    page.post("/api/auth/register", json={**NEW, "language": "ar"})

    assert '<article lang="ar" dir="rtl">' in page.get("/dev/mail").text


@pytest.mark.parametrize(
    ("request_options", "code"),
    [
        ({"headers": {"Host": "box.lan"}}, "not_local"),
        ({"headers": {"X-Forwarded-For": "192.0.2.7"}}, "not_local"),
        ({"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, "not_local"),
        ({"headers": {"Origin": "https://evil.example"}}, "foreign_origin"),
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, "foreign_origin"),
        ({"headers": {"Sec-Fetch-Site": "same-site"}}, "foreign_origin"),
    ],
)
@pytest.mark.parametrize("open_on_network", [False, True])
def test_nobody_else_reads_the_mails(
    ports: Ports, request_options: dict[str, Any], code: str, open_on_network: bool
) -> None:
    """Neither another machine, nor one behind a proxy, nor a page of another site, nor a name that leads here."""
    settings = accounts_settings(allow_open_on_network=open_on_network)
    page = page_of(accounts_ports(ports, settings), settings)
    answer = page.get("/dev/mail", **request_options)

    assert (answer.status_code, answer.get_json()["code"]) == (403, code)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(auth_mode="open"),
        Settings(auth_mode="open", mail_page=True),
        accounts_settings(mail_page=False, smtp_url="smtp://127.0.0.1", mail_from="moodrop@example.com"),
    ],
)
def test_without_the_setting_there_is_no_such_page(ports: Ports, settings: Settings) -> None:
    """As at any other address where nothing is."""
    answer = page_of(accounts_ports(ports, settings), settings).get("/dev/mail")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "route_not_found")


def test_a_mail_is_one_line_in_the_log(page: FlaskClient, accounts: Ports, caplog: pytest.LogCaptureFixture) -> None:
    """Which says where it is, not to whom, and not the code; a mail for nobody is none."""
    caplog.set_level(logging.INFO)
    page.post("/api/auth/register", json=NEW)
    page.post("/api/auth/otp/send", json={"email": "nobody@example.com"})

    lines = [record.getMessage() for record in caplog.records if "mail" in record.getMessage()]
    assert lines == ["a mail (verify) is shown at http://127.0.0.1:5000/dev/mail"]
    assert code_in_mail(accounts) not in caplog.text
    assert EMAIL not in caplog.text
