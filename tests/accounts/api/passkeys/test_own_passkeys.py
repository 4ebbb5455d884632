"""Adding, listing and removing the passkeys of an account, over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.model import Identity
from service.ports import Ports
from service.shared.ports.collection import Add
from tests.conftest import Clock
from tests.helpers.accounts import (
    EMAIL,
    PASSWORD,
    accounts_ports,
    accounts_settings,
    bearer,
    mails_to,
    make_key,
    page_of,
    register,
)
from tests.helpers.authenticator import PRESENT, Ceremony, SoftPasskey, b64, new_passkey
from tests.helpers.passkeys import ADD, OPTIONS, add_passkey, options_of, sign_in

RECENT = timedelta(minutes=10, seconds=1)


def user_id_of(ports: Ports) -> str:
    """The id of the only account."""
    return ports.accounts.users.find(email=EMAIL)[0].user_id


def names(page: FlaskClient) -> list[str]:
    """The names of the account's passkeys."""
    return [passkey["name"] for passkey in page.get(ADD).get_json()["passkeys"]]


def test_a_passkey_is_added_listed_and_removed(page: FlaskClient, accounts: Ports) -> None:
    """Its owner is told of both by mail, and finds both among the account's events."""
    register(page, accounts)
    passkey = add_passkey(page, "Ada's laptop")
    listed = page.get(ADD).get_json()["passkeys"]
    assert [(one["passkey_id"], one["name"], one["last_used_at"]) for one in listed] == [
        (passkey.passkey_id, "Ada's laptop", None)
    ]
    assert mails_to(accounts)[0].values == {"what": "passkey_added"}
    assert page.get("/api/auth/session").get_json()["user"]["has_passkeys"] is True

    assert page.delete(f"{ADD}/{passkey.passkey_id}").status_code == 204

    assert names(page) == []
    assert mails_to(accounts)[0].values == {"what": "passkey_removed"}
    events = [event["event"] for event in page.get("/api/auth/account/audit").get_json()["events"]]
    assert events[:2] == ["passkey_removed", "passkey_added"]
    assert page.delete(f"{ADD}/{passkey.passkey_id}").get_json()["code"] == "passkey_not_found"


def test_the_options_ask_for_a_verified_person_and_a_passkey_that_needs_no_address(
    page: FlaskClient, accounts: Ports
) -> None:
    """An authenticator that has a passkey of the account makes no second one; it knows the user by no id of ours."""
    register(page, accounts)
    passkey = add_passkey(page)
    options = options_of(page, OPTIONS)

    assert options["rp"] == {"id": "localhost", "name": "Moodrop"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert [one["id"] for one in options["excludeCredentials"]] == [passkey.passkey_id]
    assert options["user"]["name"] == EMAIL
    assert user_id_of(accounts) not in str(options["user"])


def test_the_session_gets_a_new_id_with_each_change(page: FlaskClient, accounts: Ports) -> None:
    """As with everything that could take the account away; the ten minutes go on counting from the last proof."""
    register(page, accounts)
    cookies = [page.get_cookie("moodrop_session")]
    auth_at = page.get("/api/auth/session").get_json()["session"]["auth_at"]
    passkey = add_passkey(page)
    cookies.append(page.get_cookie("moodrop_session"))
    assert page.delete(f"{ADD}/{passkey.passkey_id}").status_code == 204
    cookies.append(page.get_cookie("moodrop_session"))

    assert len({cookie.value for cookie in cookies if cookie}) == 3
    assert page.get("/api/auth/session").get_json()["session"]["auth_at"] == auth_at
    assert len(accounts.sessions.find(user_id=user_id_of(accounts))) == 1


def test_without_a_name_it_is_called_a_passkey(page: FlaskClient, accounts: Ports) -> None:
    """So that the list shows something."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    assert page.post(ADD, json={"credential": new_passkey(options).attestation(options)}).status_code == 201
    assert names(page) == ["Passkey"]


@pytest.mark.parametrize(
    "ceremony",
    [
        pytest.param(Ceremony(origin="http://localhost:5001"), id="another port"),
        pytest.param(Ceremony(origin="https://localhost:5000"), id="another scheme"),
        pytest.param(Ceremony(origin="http://evil.example"), id="another site"),
        pytest.param(Ceremony(origin="http://localhost:5000.evil.example"), id="a longer name"),
        pytest.param(Ceremony(rp_id="evil.example"), id="another RP id"),
        pytest.param(Ceremony(flags=PRESENT), id="nobody verified"),
        pytest.param(Ceremony(flags=0), id="nobody there"),
        pytest.param(Ceremony(client={"type": "webauthn.get"}), id="the other ceremony"),
        pytest.param(Ceremony(client={"challenge": b64(b"made up")}), id="a made-up challenge"),
        pytest.param(Ceremony(client={"challenge": 7}), id="no challenge"),
        pytest.param(Ceremony(client={"crossOrigin": True}), id="in a frame of another site"),
        pytest.param(Ceremony(client={"crossOrigin": "no"}), id="no answer about frames"),
        pytest.param(Ceremony(rest={"clientDataJSON": b64(b"[]")}), id="a list of client data"),
        pytest.param(Ceremony(rest={"clientDataJSON": b64(b"\xff\xfe")}), id="client data in no text"),
        pytest.param(Ceremony(rest={"clientDataJSON": b64(b"[" * 6000)}), id="a deep list of client data"),
        pytest.param(Ceremony(rest={"attestationObject": b64(b"\x81" * 40_000)}), id="a deep list in CBOR"),
        pytest.param(Ceremony(rest={"attestationObject": b64(b"\xa1\x00\x00")}), id="CBOR without a passkey"),
        pytest.param(Ceremony(rest={"attestationObject": "A"}), id="half a byte"),
    ],
)
def test_what_no_browser_of_ours_would_send_is_refused(page: FlaskClient, accounts: Ports, ceremony: Ceremony) -> None:
    """Whatever it is, it gets the same error, and the account keeps what it has."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    refused = page.post(ADD, json={"credential": new_passkey(options).attestation(options, ceremony)})

    assert (refused.status_code, refused.get_json()["code"]) == (400, "passkey_invalid")
    assert names(page) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "password"},
        {"id": "not base64url!"},
        {"id": 7},
        {"id": "A" * 1365},
        {"response": []},
        {"response": {}},
        {"response": {"clientDataJSON": {"$gt": ""}, "attestationObject": "AA"}},
        {"response": {"clientDataJSON": "A" * 8193, "attestationObject": "AA"}},
        {"response": {"clientDataJSON": "AA", "attestationObject": "A" * 65_537}},
        {"response": {"clientDataJSON": "AA", "attestationObject": "AA", "transports": ["$where"]}},
        {"response": {"clientDataJSON": "AA", "attestationObject": "AA", "transports": ["usb"] * 11}},
    ],
    ids=str,
)
def test_a_malformed_credential_is_named(page: FlaskClient, accounts: Ports, broken: dict[str, Any]) -> None:
    """A program that sends it learns which field is wrong."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    credential = {**new_passkey(options).attestation(options), **broken}
    refused = page.post(ADD, json={"credential": credential})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "validation_failed")
    assert page.post(ADD, json={"credential": "A" * 2_000_000}).status_code == 413


def test_the_name_is_a_line(page: FlaskClient, accounts: Ports) -> None:
    """As every name."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    credential = new_passkey(options).attestation(options)
    for name in ("", "a\nb", "x" * 101, 7, ["a"]):
        assert page.post(ADD, json={"name": name, "credential": credential}).status_code == 422


def test_what_a_browser_adds_to_its_answer_does_no_harm(page: FlaskClient, accounts: Ports) -> None:
    """Browsers get new fields; ours, beside theirs, stay strict."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    ceremony = Ceremony(client={"topOrigin": "x", "other_keys": "do not compare"}, rest={"publicKeyAlgorithm": -7})
    credential = {**new_passkey(options).attestation(options, ceremony), "brandNew": {"a": 1}}
    assert page.post(ADD, json={"credential": credential, "odd": 1}).status_code == 422
    assert page.post(ADD, json={"credential": credential}).status_code == 201


def test_a_challenge_adds_one_passkey(page: FlaskClient, accounts: Ports) -> None:
    """It is used up by the first one that is verified."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    answers = [page.post(ADD, json={"credential": new_passkey(options).attestation(options)}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 400]


def test_a_challenge_is_over_after_ten_minutes(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """The person may have signed in again meanwhile."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    clock.time += timedelta(minutes=5)
    accounts.sessions.touch(accounts.sessions.find(user_id=user_id_of(accounts))[0].digest, {"auth_at": clock.time})
    clock.time += timedelta(minutes=5)
    credential = new_passkey(options).attestation(options)
    assert page.post(ADD, json={"credential": credential}).get_json()["code"] == "passkey_invalid"


def test_a_challenge_of_another_session_adds_nothing(page: FlaskClient, accounts: Ports) -> None:
    """Nobody adds their passkey to somebody else's account by a challenge of their own."""
    register(page, accounts)
    mallory = page_of(accounts, accounts_settings())
    register(mallory, accounts, "mallory@example.com")
    options = options_of(mallory, OPTIONS)
    credential = new_passkey(options).attestation(options)
    assert page.post(ADD, json={"credential": credential}).get_json()["code"] == "passkey_invalid"


def test_a_challenge_to_sign_in_adds_nothing(page: FlaskClient, accounts: Ports) -> None:
    """What is signed for one purpose is worth nothing for another."""
    register(page, accounts)
    options = options_of(page, OPTIONS) | {"challenge": options_of(page, "/api/auth/passkey/options")["challenge"]}
    credential = new_passkey(options).attestation(options)
    assert page.post(ADD, json={"credential": credential}).get_json()["code"] == "passkey_invalid"


def test_the_same_passkey_is_added_once(page: FlaskClient, accounts: Ports) -> None:
    """Neither twice to one account nor to another one."""
    register(page, accounts)
    passkey = add_passkey(page)
    mallory = page_of(accounts, accounts_settings())
    register(mallory, accounts, "mallory@example.com")
    for browser in (page, mallory):
        options = options_of(browser, OPTIONS)
        copied = new_passkey(options, passkey_id=passkey.passkey_id)
        refused = browser.post(ADD, json={"credential": copied.attestation(options)})
        assert (refused.status_code, refused.get_json()["code"]) == (409, "passkey_taken")
    assert names(mallory) == []
    assert names(page) == ["laptop"]


def test_the_eleventh_passkey_is_refused(page: FlaskClient, accounts: Ports) -> None:
    """Before the browser makes one, and also if another browser has made one already."""
    register(page, accounts)
    other = page_of(accounts, accounts_settings())
    assert other.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).status_code == 201
    for number in range(9):
        add_passkey(page, f"key {number}")
    early = options_of(other, OPTIONS)
    add_passkey(page, "the tenth")

    assert page.post(OPTIONS).get_json()["code"] == "too_many_passkeys"
    late = other.post(ADD, json={"credential": new_passkey(early).attestation(early)})
    assert (late.status_code, late.get_json()["code"]) == (409, "too_many_passkeys")
    assert len(names(page)) == 10


def test_a_key_that_is_too_large_is_refused(page: FlaskClient, accounts: Ports) -> None:
    """A thousand bytes are an RSA key of 8,192 bits; more would slow each sign-in and fill the document."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    made = new_passkey(options, passkey_id=b64(bytes(1024)))
    refused = page.post(ADD, json={"credential": made.attestation(options)})
    assert refused.status_code == 422
    credential = made.attestation(options) | {"id": b64(bytes(1023))}
    assert page.post(ADD, json={"credential": credential}).get_json()["code"] == "passkey_invalid"


def test_after_ten_minutes_one_shows_again_who_one_is(page: FlaskClient, accounts: Ports, clock: Clock) -> None:
    """Whoever comes to an unlocked machine neither adds a passkey nor removes one; looking is free."""
    register(page, accounts)
    passkey, options = add_passkey(page), options_of(page, OPTIONS)
    clock.time += RECENT
    body = {"credential": new_passkey(options).attestation(options)}
    calls: list[Callable[[], Any]] = [
        lambda: page.post(OPTIONS),
        lambda: page.post(ADD, json=body),
        lambda: page.delete(f"{ADD}/{passkey.passkey_id}"),
    ]
    assert [call().get_json()["code"] for call in calls] == ["reauthentication_needed"] * 3
    assert names(page) == ["laptop"]


def test_only_the_page_of_an_account_has_passkeys(page: FlaskClient, accounts: Ports) -> None:
    """Not an API key, not a page of another site, and nobody who is not signed in."""
    register(page, accounts)
    key, stranger = bearer(make_key(page)["key"]), page_of(accounts, accounts_settings())
    assert stranger.get(ADD, headers=key).get_json()["code"] == "account_needed"
    assert stranger.post(OPTIONS, headers=key).get_json()["code"] == "account_needed"
    assert stranger.get(ADD).status_code == 401
    foreign = page.post(OPTIONS, headers={"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:5001"})
    assert foreign.get_json()["code"] == "foreign_origin"


def test_nobody_removes_the_passkey_of_somebody_else(page: FlaskClient, accounts: Ports) -> None:
    """It is not found."""
    register(page, accounts)
    passkey = add_passkey(page)
    mallory = page_of(accounts, accounts_settings())
    register(mallory, accounts, "mallory@example.com")
    assert mallory.delete(f"{ADD}/{passkey.passkey_id}").get_json()["code"] == "passkey_not_found"
    assert names(page) == ["laptop"]


def test_the_last_way_in_cannot_be_removed(page: FlaskClient, accounts: Ports) -> None:
    """An account without a password keeps its last passkey, or its last provider."""
    register(page, accounts)
    user_id, identity = user_id_of(accounts), Identity("https://id.example", "1", "oidc")
    accounts.accounts.users.change(user_id, {}, {"password_hash": None, "identities": (identity,)})
    passkey, other = add_passkey(page), add_passkey(page, "phone")

    assert page.delete("/api/auth/identities/oidc").status_code == 204
    assert page.delete(f"{ADD}/{other.passkey_id}").status_code == 204
    refused = page.delete(f"{ADD}/{passkey.passkey_id}")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "last_way_in")

    accounts.accounts.users.change(user_id, {}, {"identities": (identity,)})
    assert page.delete(f"{ADD}/{passkey.passkey_id}").status_code == 204
    assert page.delete("/api/auth/identities/oidc").get_json()["code"] == "last_way_in"


def test_a_new_password_ends_what_an_intruder_began(page: FlaskClient, accounts: Ports) -> None:
    """The passkey of a session that has ended is not added, even if the request was under way."""
    register(page, accounts)
    options = options_of(page, OPTIONS)
    verify_new = accounts.accounts.passkeys.verify_new  # type: ignore[union-attr]

    def slowly(*args: Any) -> Any:
        accounts.accounts.users.change(user_id_of(accounts), {}, {"epoch": Add(1)})
        return verify_new(*args)

    class Slow:
        verify_new = staticmethod(slowly)
        challenge_in = accounts.accounts.passkeys.challenge_in  # type: ignore[union-attr]

    slow: Any = Slow()
    ports = replace(accounts, accounts=replace(accounts.accounts, passkeys=slow))
    intruder = page_of(ports, accounts_settings())
    cookie = page.get_cookie("moodrop_session")
    assert cookie
    intruder.set_cookie("moodrop_session", cookie.value)
    late = intruder.post(ADD, json={"credential": new_passkey(options).attestation(options)})

    assert (late.status_code, late.get_json()["code"]) == (401, "session_ended")
    assert accounts.accounts.users.find(email=EMAIL)[0].passkeys == ()


def test_an_account_of_an_older_version_gets_passkeys(page: FlaskClient, accounts: Ports) -> None:
    """Its document has no field for them."""
    register(page, accounts)
    accounts.accounts.users.change(user_id_of(accounts), {}, {"passkeys": None})
    assert sign_in(page, add_passkey(page)).status_code == 201


@pytest.mark.parametrize(
    ("public_url", "site"),
    [
        ("", ("localhost", "http://localhost:5000")),
        ("http://127.0.0.1:5000", ("localhost", "http://localhost:5000")),
        ("http://[::1]:8080", ("localhost", "http://localhost:8080")),
        ("https://Music.example.com", ("music.example.com", "https://music.example.com")),
        ("https://music.example.com:8443", ("music.example.com", "https://music.example.com:8443")),
        ("http://music.localhost", ("music.localhost", "http://music.localhost")),
        ("http://music.example.com", None),
        ("https://192.0.2.7", None),
        ("http://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_passkeys_work_where_browsers_have_them(ports: Ports, public_url: str, site: tuple[str, str] | None) -> None:
    """At a host name by HTTPS, and at localhost; elsewhere the calls are not found."""
    settings = accounts_settings(public_url=public_url)
    made = accounts_ports(ports, settings)
    passkey_site = made.accounts.policy.passkey_site
    assert (passkey_site and (passkey_site.rp_id, passkey_site.origin)) == site
    page = page_of(made, settings)
    assert page.get("/api/auth/session").get_json()["passkeys"] is (site is not None)
    assert page.post("/api/auth/passkey/options").status_code == (200 if site else 404)


def test_without_the_extra_there_are_no_passkeys(
    page: FlaskClient, accounts: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call is not found, and those that an account has do not count as a way in."""
    register(page, accounts)
    passkey = add_passkey(page)
    identity = Identity("https://id.example", "1", "oidc")
    accounts.accounts.users.change(user_id_of(accounts), {}, {"password_hash": None, "identities": (identity,)})
    monkeypatch.setattr("service.accounts.adapters.webauthn_passkeys.find_spec", lambda _: None)
    bare = accounts_ports(accounts, accounts_settings()).accounts.passkeys
    without = page_of(replace(accounts, accounts=replace(accounts.accounts, passkeys=bare)), accounts_settings())
    cookie = page.get_cookie("moodrop_session")
    assert cookie
    without.set_cookie("moodrop_session", cookie.value)

    assert without.get("/api/auth/session").get_json()["passkeys"] is False
    assertion = SoftPasskey("AA").assertion({"challenge": "AA"})
    calls = [
        without.get(ADD),
        without.post(OPTIONS),
        without.post(ADD, json={"credential": SoftPasskey("AA").attestation({"challenge": "AA"})}),
        without.delete(f"{ADD}/{passkey.passkey_id}"),
        without.post("/api/auth/passkey/options"),
        without.post("/api/auth/passkey/login", json={"credential": assertion}),
        without.post("/api/auth/reauthenticate/passkey"),
        without.post("/api/auth/reauthenticate", json={"passkey": assertion}),
    ]
    assert [(call.status_code, call.get_json()["code"]) for call in calls] == [(404, "passkeys_off")] * 8
    assert without.delete("/api/auth/identities/oidc").get_json()["code"] == "last_way_in"
    assert without.post("/api/auth/reauthenticate", json={"password": PASSWORD}).status_code == 401
