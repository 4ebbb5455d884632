"""Guests over HTTP: no click on this machine, a guest of one's own, and taking the files along into an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.model import GUEST_ID
from service.accounts.usecases.guests import work_off_adoptions
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, PASSWORD, accounts_ports, accounts_settings, code_in_mail, page_of, register
from tests.helpers.api import A_SONG

LOCAL = accounts_settings(guests="local")
OWN = accounts_settings(guests="own")


@pytest.fixture
def local(ports: Ports) -> Ports:
    """Ports of `make run`."""
    return accounts_ports(ports, LOCAL)


@pytest.fixture
def own(ports: Ports) -> Ports:
    """Ports of a service that takes guests of their own."""
    return accounts_ports(ports, OWN)


def script_of(ports: Ports, settings: Settings = LOCAL) -> FlaskClient:
    """curl: no cookie, and none of a browser's headers."""
    client = page_of(ports, settings)
    client.environ_base.pop("HTTP_SEC_FETCH_SITE")
    return client


def upload(client: FlaskClient, send: Callable[..., int], **fields: Any) -> dict[str, Any]:
    """Upload and confirm a file."""
    started = client.post("/v1/uploads", json={**A_SONG, **fields}).get_json()
    assert send(started["transfer"]) == 200
    file: dict[str, Any] = client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()
    return file


def files_of(client: FlaskClient) -> list[str]:
    """The ids of the caller's files."""
    return [file["file_id"] for file in client.get("/v1/files").get_json()["files"]]


# --- the guest of this machine ---------------------------------------------------------------------
def test_on_this_machine_curl_works_as_in_open_mode(local: Ports, send: Callable[..., int]) -> None:
    """No sign-in and no click; what earlier runs stored for the local user is there."""
    script = script_of(local)
    session = script.get("/v1/session").get_json()
    file = upload(script, send)

    assert (session["auth_mode"], session["owner"]) == ("accounts", GUEST_ID)
    assert session["account"] == {"kind": "guest", "name": None, "email": None}
    assert session["scopes"] == ["files:read", "files:write", "uploads:write"]
    assert files_of(script) == [file["file_id"]]
    # Any prefix, as in open mode.
    assert script.get("/s3/upload-url?key=uploads/songs/a.mp3").status_code == 200


def test_who_registers_owns_the_files_of_this_machine(local: Ports, send: Callable[..., int]) -> None:
    """The same owner, the same files, by id and by key; then nobody is let in without a credential."""
    script, page = script_of(local), page_of(local, LOCAL)
    file = upload(script, send)
    by_key = f"/s3/download-url?key={file['object_key']}"
    assert script.get(by_key).status_code == 200

    session = register(page, local)

    assert (session["user"]["user_id"], session["user"]["kind"]) == (GUEST_ID, "user")
    assert files_of(page) == [file["file_id"]]
    assert page.get(by_key).status_code == 200
    refused = script.get("/v1/files")
    assert (refused.status_code, refused.get_json()["code"]) == (401, "token_missing")
    assert "belong to an account now" in refused.get_json()["hint"]
    assert script.get("/v1/session").get_json()["owner"] is None
    assert script.get("/v1/session").get_json()["account"] is None


def test_files_under_other_prefixes_are_then_reached_by_id_alone(local: Ports, send: Callable[..., int]) -> None:
    """An account names keys under uploads/local/ only, as every account does."""
    script, page = script_of(local), page_of(local, LOCAL)
    key = "uploads/songs/a.mp3"
    started = script.get(f"/s3/upload-url?key={key}").get_json()
    assert send({"url": started["url"], "headers": {}}, content_type="audio/mpeg") == 200
    assert script.get(f"/s3/download-url?key={key}").status_code == 200
    register(page, local)
    refused = page.get(f"/s3/download-url?key={key}")

    assert (refused.status_code, refused.get_json()["code"]) == (403, "key_outside_prefix")
    [file_id] = files_of(page)
    assert page.get(f"/v1/files/{file_id}/download").status_code == 200


def test_of_two_who_register_one_gets_the_files(local: Ports) -> None:
    """The other gets an account of its own."""
    pages, proofs = [page_of(local, LOCAL) for _ in range(2)], []
    for number, page in enumerate(pages):
        email = f"{number}@example.com"
        asked = page.post("/api/auth/register", json={"email": email, "password": PASSWORD}).get_json()
        token = asked["verification_token"]
        proofs.append({"email": email, "code": code_in_mail(local, email), "verification_token": token})
    answers = [page.post("/api/auth/verify-email", json=proof) for page, proof in zip(pages, proofs, strict=True)]

    assert [answer.status_code for answer in answers] == [201, 201]
    owners = [answer.get_json()["user"]["user_id"] for answer in answers]
    assert owners[0] == GUEST_ID
    assert owners[1] != GUEST_ID


def test_a_registration_may_leave_the_files_where_they_are(local: Ports, send: Callable[..., int]) -> None:
    """`keep_guest: false`: somebody else of the household has them."""
    script, page = script_of(local), page_of(local, LOCAL)
    file = upload(script, send)
    asked = page.post("/api/auth/register", json={"email": EMAIL, "password": PASSWORD, "keep_guest": False})
    token = asked.get_json()["verification_token"]
    proof = {"email": EMAIL, "code": code_in_mail(local), "verification_token": token}
    verified = page.post("/api/auth/verify-email", json=proof).get_json()

    assert verified["user"]["user_id"] != GUEST_ID
    assert files_of(page) == []
    assert files_of(script) == [file["file_id"]]


# --- a guest of one's own --------------------------------------------------------------------------
def test_a_guest_of_ones_own_has_files_that_nobody_else_sees(own: Ports, send: Callable[..., int]) -> None:
    """One call, then as anybody who is signed in, but without an account."""
    page, other = page_of(own, OWN), page_of(own, OWN)
    opened = page.post("/api/auth/guest")
    other.post("/api/auth/guest")
    file = upload(page, send)

    assert opened.status_code == 201
    assert opened.get_json()["user"]["kind"] == "guest"
    assert opened.get_json()["session"]["how"] == "guest"
    assert page.get("/v1/session").get_json()["account"]["kind"] == "guest"
    assert files_of(page) == [file["file_id"]]
    assert files_of(other) == []
    assert script_of(own, OWN).get("/v1/files").status_code == 401


def test_a_guest_may_not_share(own: Ports) -> None:
    """Nobody knows who would answer for the link."""
    page = page_of(own, OWN)
    page.post("/api/auth/guest")
    assert page.get("/v1/session").get_json()["scopes"] == ["files:read", "files:write", "uploads:write"]


def test_whoever_is_a_guest_stays_the_same_one(own: Ports) -> None:
    """A second click must not lose the files of the first."""
    page = page_of(own, OWN)
    first = page.post("/api/auth/guest").get_json()["user"]["user_id"]
    assert page.post("/api/auth/guest").get_json()["user"]["user_id"] == first


def test_a_guest_who_registers_keeps_the_files(own: Ports, send: Callable[..., int]) -> None:
    """The id stays; the guest's cookie is over."""
    page = page_of(own, OWN)
    guest = page.post("/api/auth/guest").get_json()["user"]["user_id"]
    cookie = page.get_cookie("moodrop_session")
    file = upload(page, send)
    session = register(page, own)

    assert session["user"]["user_id"] == guest
    assert files_of(page) == [file["file_id"]]
    assert cookie
    page.set_cookie("moodrop_session", cookie.value)
    assert page.get("/v1/files").status_code == 401


def test_on_this_machine_too_one_may_go_on_without_an_account(local: Ports, send: Callable[..., int]) -> None:
    """After the guest of this machine has become an account: as a fresh guest, who sees none of its files."""
    page, script = page_of(local, LOCAL), script_of(local)
    upload(script, send)
    register(page, local)
    opened = page.post("/api/auth/guest")

    assert opened.status_code == 201
    assert opened.get_json()["user"]["user_id"] != GUEST_ID
    assert files_of(page) == []


def test_five_guests_an_hour_come_from_one_network(own: Ports) -> None:
    """Each is a document, and room for files."""
    statuses = [page_of(own, OWN).post("/api/auth/guest").status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]


def test_a_guest_has_no_account(own: Ports) -> None:
    """What is of an account is refused by name."""
    page = page_of(own, OWN)
    page.post("/api/auth/guest")
    refused = page.post("/api/auth/guest/adopt")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "account_needed")


def test_a_guest_comes_back_after_weeks(own: Ports, clock: Clock) -> None:
    """There is nothing but the cookie; GUEST_EXPIRES_IN ends it, not the time-outs of accounts."""
    page = page_of(own, OWN)
    page.post("/api/auth/guest")
    for _ in range(3):
        clock.time += timedelta(days=29)
        assert page.get("/v1/files").status_code == 200
    clock.time += timedelta(days=31)
    assert page.get("/v1/files").status_code == 401


def test_guest_expires_in_says_how_long_that_is(ports: Ports, clock: Clock) -> None:
    """An hour here."""
    settings = accounts_settings(guests="own", guest_expires_in=3600)
    page = page_of(accounts_ports(ports, settings), settings)
    page.post("/api/auth/guest")
    clock.time += timedelta(minutes=60)
    assert page.get("/v1/files").status_code == 200
    clock.time += timedelta(minutes=61)
    assert page.get("/v1/files").status_code == 401


def test_without_guests_nobody_becomes_one(page: FlaskClient) -> None:
    """GUESTS=off, the default."""
    refused = page.post("/api/auth/guest")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "guests_off")


def test_another_sites_page_makes_no_guest(own: Ports) -> None:
    """Nor signs anybody out by it."""
    page = page_of(own, OWN)
    page.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert page.post("/api/auth/guest").get_json()["code"] == "foreign_origin"


# --- adoption --------------------------------------------------------------------------------------
@pytest.mark.parametrize("settings", [LOCAL, OWN], ids=["local", "own"])
def test_signing_in_offers_the_guests_files_and_moves_them_when_asked(
    ports: Ports, send: Callable[..., int], settings: Settings
) -> None:
    """A merge, never silent: first the count, then 202, then they are the account's."""
    both = accounts_ports(ports, settings)
    elsewhere, page = page_of(both, settings), page_of(both, settings)
    elsewhere.post("/api/auth/register", json={"email": EMAIL, "password": PASSWORD, "keep_guest": False})
    elsewhere.post("/api/auth/verify-email", json={"email": EMAIL, "code": code_in_mail(both), "password": PASSWORD})
    if settings is OWN:
        page.post("/api/auth/guest")
    file = upload(page, send)

    signed_in = page.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    assert signed_in.get_json()["guest_files"] == 1
    assert page.get("/api/auth/session").get_json()["guest_files"] == 1
    assert files_of(page) == []
    adopted = [page.post("/api/auth/guest/adopt") for _ in range(2)]
    assert [answer.status_code for answer in adopted] == [202, 202]
    assert page.get("/api/auth/session").get_json()["guest_files"] is None
    assert work_off_adoptions(both, lambda: True) == 1
    assert files_of(page) == [file["file_id"]]
    assert elsewhere.get("/api/auth/session").get_json()["guest_files"] is None


def test_the_guest_of_this_machine_is_an_empty_one_afterwards(local: Ports, send: Callable[..., int]) -> None:
    """So that curl works as before."""
    page, script = page_of(local, LOCAL), script_of(local)
    page.post("/api/auth/register", json={"email": EMAIL, "password": PASSWORD, "keep_guest": False})
    page.post("/api/auth/verify-email", json={"email": EMAIL, "code": code_in_mail(local), "password": PASSWORD})
    page.post("/api/auth/logout")
    upload(script, send)
    page.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    page.post("/api/auth/guest/adopt")
    refused = script.get("/v1/files")
    assert refused.status_code == 401
    assert "are being moved into one" in refused.get_json()["hint"]
    work_off_adoptions(local, lambda: True)

    assert files_of(script) == []
    assert len(files_of(page)) == 1


def test_nobody_adopts_a_guest_that_this_browser_was_not(page: FlaskClient, accounts: Ports) -> None:
    """The session remembers it from the moment of the sign-in; there is no id to send."""
    register(page, accounts)
    refused = page.post("/api/auth/guest/adopt")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "guest_not_found")
