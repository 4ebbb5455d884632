"""Signing in with a passkey, and showing again by one who one is, over HTTP: people, and those who would like to be."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.accounts.model import User
from service.ports import Ports
from service.shared.ports.collection import Add
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, accounts_ports, accounts_settings, page_of, register, script_of
from tests.helpers.authenticator import PRESENT, Ceremony, SoftPasskey, b64, unb64
from tests.helpers.passkeys import (
    ADD,
    OPTIONS,
    RECENT,
    RECENT_OPTIONS,
    SIGN_IN,
    SIGN_IN_OPTIONS,
    add_passkey,
    assertion_for,
    options_of,
    sign_in,
)

LATER = timedelta(minutes=10, seconds=1)


@pytest.fixture
def passkey(page: FlaskClient, accounts: Ports) -> SoftPasskey:
    """The passkey of the account of the page."""
    register(page, accounts)
    return add_passkey(page)


@pytest.fixture
def browser(accounts: Ports) -> FlaskClient:
    """Another browser, in which nobody is signed in."""
    return page_of(accounts, accounts_settings())


def user_of(ports: Ports) -> User:
    """The only account."""
    return ports.accounts.users.find(email=EMAIL)[0]


def events_of(ports: Ports) -> list[tuple[str, str | None]]:
    """What happened to the account, newest first, without what the fixtures do."""
    events = ports.accounts.audit.find(user_id=user_of(ports).user_id)
    return [(event.event, event.detail) for event in events if event.event not in ("registered", "passkey_added")]


def is_refused(answer: Any) -> bool:
    """Whether a passkey was refused, in the words for everything that is wrong with one."""
    return bool((answer.status_code, answer.get_json()["code"]) == (400, "passkey_invalid"))


def test_a_passkey_signs_in_without_an_address(browser: FlaskClient, passkey: SoftPasskey, accounts: Ports) -> None:
    """A new session as after any sign-in; the list says when the passkey was used."""
    signed_in = sign_in(browser, passkey)
    assert signed_in.status_code == 201
    assert signed_in.get_json()["user"]["email"] == EMAIL
    assert signed_in.get_json()["session"]["how"] == "passkey"
    cookie = browser.get_cookie("moodrop_session")
    assert cookie
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    assert browser.get(ADD).get_json()["passkeys"][0]["last_used_at"]
    assert events_of(accounts)[0] == ("signed_in", "passkey")


def test_the_options_say_nothing_about_anybody(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """They name no passkey; a cookie that scripts cannot read remembers who asked."""
    options = options_of(browser, SIGN_IN_OPTIONS)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    cookie = browser.get_cookie("moodrop_passkey")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Strict", "/")


def test_a_session_from_before_ends(page: FlaskClient, passkey: SoftPasskey, accounts: Ports) -> None:
    """Nobody plants a session that then becomes another person's."""
    before = page.get_cookie("moodrop_session")
    assert before
    assert sign_in(page, passkey).status_code == 201
    old = page_of(accounts, accounts_settings())
    old.set_cookie("moodrop_session", before.value)
    assert old.get("/v1/files").status_code == 401


def test_what_was_signed_once_signs_in_once(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """The same bytes again are a replay."""
    body = assertion_for(browser, passkey)
    assert browser.post(SIGN_IN, json=body).status_code == 201
    assert is_refused(browser.post(SIGN_IN, json=body))


def test_two_tabs_of_a_browser_may_ask(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """The second question does not spoil the first."""
    first = assertion_for(browser, passkey)
    second = assertion_for(browser, passkey)
    assert browser.post(SIGN_IN, json=first).status_code == 201
    assert browser.post(SIGN_IN, json=second).status_code == 201


def test_what_was_signed_in_another_browser_signs_nobody_in(
    browser: FlaskClient, passkey: SoftPasskey, accounts: Ports
) -> None:
    """Neither an intercepted answer, nor one without the cookie, nor with a cookie of one's own."""
    body = assertion_for(browser, passkey)
    thief = page_of(accounts, accounts_settings())
    assert is_refused(thief.post(SIGN_IN, json=body))
    options_of(thief, SIGN_IN_OPTIONS)
    assert is_refused(thief.post(SIGN_IN, json=body))
    assert browser.post(SIGN_IN, json=body).status_code == 201


def test_a_planted_second_cookie_counts_as_none(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """A neighbour on the host may set one for a longer path; the browser then sends both."""
    body = assertion_for(browser, passkey)
    browser.set_cookie("moodrop_passkey", "x" * 43, path="/api/auth/passkey")
    assert is_refused(browser.post(SIGN_IN, json=body))


@pytest.mark.parametrize(
    "ceremony",
    [
        pytest.param(Ceremony(origin="http://127.0.0.1:5000"), id="the address"),
        pytest.param(Ceremony(origin="http://localhost:5001"), id="another port"),
        pytest.param(Ceremony(origin="http://localhost:5000/"), id="a slash"),
        pytest.param(Ceremony(origin="http://localhost:5000.evil.example"), id="a longer name"),
        pytest.param(Ceremony(rp_id="evil.example"), id="another RP id"),
        pytest.param(Ceremony(rp_id="127.0.0.1"), id="the address as RP id"),
        pytest.param(Ceremony(flags=PRESENT), id="nobody verified"),
        pytest.param(Ceremony(flags=4), id="nobody there"),
        pytest.param(Ceremony(client={"type": "webauthn.create"}), id="the other ceremony"),
        pytest.param(Ceremony(client={"type": "payment.get"}), id="a payment"),
        pytest.param(Ceremony(client={"challenge": b64(b"made up")}), id="a made-up challenge"),
        pytest.param(Ceremony(client={"challenge": ["a"]}), id="a list as challenge"),
        pytest.param(Ceremony(client={"crossOrigin": True}), id="in a frame of another site"),
        pytest.param(Ceremony(rest={"signature": b64(b"\x30\x06\x02\x01\x01\x02\x01\x01")}), id="another signature"),
        pytest.param(Ceremony(rest={"signature": b64(b"no DER")}), id="no signature"),
        pytest.param(Ceremony(rest={"authenticatorData": b64(b"\0" * 36)}), id="short authenticator data"),
        pytest.param(Ceremony(rest={"authenticatorData": b64(b"\xff" * 6000)}), id="long authenticator data"),
        pytest.param(Ceremony(rest={"userHandle": b64(b"somebody else")}), id="another user"),
        pytest.param(Ceremony(rest={"userHandle": None}), id="no user"),
    ],
)
def test_what_no_browser_of_ours_would_sign_is_refused(
    browser: FlaskClient, passkey: SoftPasskey, ceremony: Ceremony
) -> None:
    """In the same words, and the passkey goes on working."""
    assert is_refused(sign_in(browser, passkey, ceremony))
    assert browser.get("/api/auth/session").get_json()["user"] is None
    assert sign_in(browser, passkey).status_code == 201


def test_client_data_that_was_changed_after_signing_is_refused(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """Every byte of it is signed, and so is every byte of the authenticator's data."""
    options = options_of(browser, SIGN_IN_OPTIONS)
    credential = passkey.assertion(options, Ceremony(origin="http://evil.example"))
    client = json.loads(unb64(credential["response"]["clientDataJSON"]))
    client["origin"] = "http://localhost:5000"
    credential["response"]["clientDataJSON"] = b64(json.dumps(client).encode())
    assert is_refused(browser.post(SIGN_IN, json={"credential": credential}))

    credential = passkey.assertion(options, Ceremony(flags=PRESENT))
    data = bytearray(unb64(credential["response"]["authenticatorData"]))
    data[32] |= 4
    credential["response"]["authenticatorData"] = b64(bytes(data))
    assert is_refused(browser.post(SIGN_IN, json={"credential": credential}))


def test_somebody_elses_passkey_id_signs_nobody_in(browser: FlaskClient, passkey: SoftPasskey, accounts: Ports) -> None:
    """Neither with one's own key, nor with one's own passkey under that id."""
    mallory = page_of(accounts, accounts_settings())
    register(mallory, accounts, "mallory@example.com")
    own = add_passkey(mallory)
    own.passkey_id = passkey.passkey_id
    assert is_refused(sign_in(browser, own))
    own.user_handle = passkey.user_handle
    assert is_refused(sign_in(browser, own))
    assert events_of(accounts)[0] == ("sign_in_failed", "passkey")


def test_an_unknown_or_a_removed_passkey_is_refused(
    page: FlaskClient, browser: FlaskClient, passkey: SoftPasskey
) -> None:
    """Both alike."""
    assert page.delete(f"{ADD}/{passkey.passkey_id}").status_code == 204
    answers = [sign_in(browser, one).get_json() for one in (passkey, SoftPasskey(passkey.user_handle))]
    assert all(answer.pop("request_id") for answer in answers)
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "passkey_invalid"


@pytest.mark.parametrize("field", ["disabled_at", "leaving_at"])
def test_a_closed_account_is_refused(browser: FlaskClient, passkey: SoftPasskey, accounts: Ports, field: str) -> None:
    """Like an unknown passkey; enabled again, it signs in."""
    body, user = assertion_for(browser, passkey), user_of(accounts)
    accounts.accounts.users.change(user.user_id, {}, {field: accounts.now(), "epoch": Add(1)})
    assert is_refused(browser.post(SIGN_IN, json=body))
    accounts.accounts.users.change(user.user_id, {}, {field: None})
    assert browser.post(SIGN_IN, json=body).status_code == 201


def test_a_challenge_is_over_after_ten_minutes(browser: FlaskClient, passkey: SoftPasskey, clock: Clock) -> None:
    """A page that was left open asks for another."""
    body = assertion_for(browser, passkey)
    clock.time += timedelta(minutes=10)
    assert is_refused(browser.post(SIGN_IN, json=body))


def test_a_challenge_outlives_a_new_first_key(browser: FlaskClient, passkey: SoftPasskey, accounts: Ports) -> None:
    """With a second key in SECRET_KEY, nobody has to begin again, and every passkey still signs in."""
    keys = accounts.keyring
    body = assertion_for(browser, passkey)
    cookie = browser.get_cookie("moodrop_passkey")
    assert cookie

    class Rotated:
        deployment_id = keys.deployment_id

        def prepare(self) -> None: ...

        def derive(self, purpose: str) -> tuple[str, ...]:
            return ("f" * 64, *keys.derive(purpose))

    rotated = page_of(replace(accounts, keyring=Rotated()), accounts_settings())
    rotated.set_cookie("moodrop_passkey", cookie.value)
    assert rotated.post(SIGN_IN, json=body).status_code == 201
    assert sign_in(rotated, passkey).status_code == 201


def test_a_count_that_does_not_rise_is_a_copy(browser: FlaskClient, page: FlaskClient, accounts: Ports) -> None:
    """Of two devices with the same key, one falls behind: it is refused, and the owner finds it among the events."""
    register(page, accounts)
    passkey = add_passkey(page, "security key", counts=True, sign_count=4)
    assert sign_in(browser, passkey).status_code == 201
    for behind in (4, 3, -1):
        passkey.sign_count = behind
        assert is_refused(sign_in(browser, passkey))
        assert events_of(accounts)[0] == ("passkey_count_behind", "security key")
    passkey.sign_count = 5
    assert sign_in(browser, passkey).status_code == 201
    assert user_of(accounts).passkeys[0].sign_count == 6


def test_a_passkey_that_does_not_count_always_signs_in(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """Those that are synced between devices keep 0."""
    assert [sign_in(browser, passkey).status_code for _ in range(3)] == [201] * 3


def test_sixty_tries_from_a_network_are_enough(browser: FlaskClient, passkey: SoftPasskey) -> None:
    """Whoever tries more waits, also with the right one."""
    wrong = assertion_for(browser, SoftPasskey(passkey.user_handle))
    codes = [browser.post(SIGN_IN, json=wrong).get_json()["code"] for _ in range(61)]
    assert codes == ["passkey_invalid"] * 60 + ["rate_limited"]
    assert sign_in(browser, passkey).status_code == 429


def test_another_sites_page_signs_nobody_in(browser: FlaskClient, passkey: SoftPasskey, accounts: Ports) -> None:
    """With an answer of one's own it would sign the visitor in to a stranger's account; a script may sign in."""
    body = assertion_for(browser, passkey)
    for foreign in ("same-site", "cross-site", "none"):
        headers = {"Sec-Fetch-Site": foreign, "Origin": "http://localhost:5001"}
        for address in (SIGN_IN, SIGN_IN_OPTIONS):
            assert browser.post(address, json=body, headers=headers).get_json()["code"] == "foreign_origin"
    script = script_of(accounts)
    assert sign_in(script, passkey).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credential": None},
        {"credential": []},
        {"credential": {"$gt": ""}},
        {"credential": {"id": {"$gt": ""}, "type": "public-key", "response": {}}},
        {"credential": {"id": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}}},
        {"credential": {"id": "AA", "type": "public-key", "response": {"signature": 1}}},
        {"credential": "A" * 900_000},
        {"email": EMAIL},
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_malformed_body_is_named(browser: FlaskClient, body: dict[str, Any]) -> None:
    """It never reaches a query."""
    refused = browser.post(SIGN_IN, json=body)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "validation_failed")


def test_a_guests_files_may_come_along(ports: Ports) -> None:
    """The browser was a guest before it signed in, as after any sign-in."""
    settings = accounts_settings(guests="own")
    made = accounts_ports(ports, settings)
    page, guest = page_of(made, settings), page_of(made, settings)
    register(page, made)
    passkey = add_passkey(page)
    assert guest.post("/api/auth/guest").status_code == 201
    assert sign_in(guest, passkey).get_json()["guest_files"] == 0


# --- showing again who one is ------------------------------------------------------------------


def test_a_passkey_shows_again_who_one_is(page: FlaskClient, passkey: SoftPasskey, clock: Clock) -> None:
    """The session gets a new id, and ten minutes begin."""
    clock.time += LATER
    assert page.post(OPTIONS).get_json()["code"] == "reauthentication_needed"
    before = page.get_cookie("moodrop_session")
    options = options_of(page, RECENT_OPTIONS)
    assert [one["id"] for one in options["allowCredentials"]] == [passkey.passkey_id]
    assert options["allowCredentials"][0]["transports"] == ["internal"]

    renewed = page.post(RECENT, json={"passkey": passkey.assertion(options)})

    assert renewed.status_code == 201
    assert page.get_cookie("moodrop_session") != before
    assert page.post(OPTIONS).status_code == 200


def test_an_authenticator_that_names_no_user_confirms_too(
    page: FlaskClient, passkey: SoftPasskey, clock: Clock
) -> None:
    """It need not, if it is told which passkey to use."""
    clock.time += LATER
    ceremony = Ceremony(rest={"userHandle": None})
    options = options_of(page, RECENT_OPTIONS)
    assert page.post(RECENT, json={"passkey": passkey.assertion(options, ceremony)}).status_code == 201


def test_what_was_signed_for_something_else_confirms_nothing(
    page: FlaskClient, browser: FlaskClient, passkey: SoftPasskey, accounts: Ports, clock: Clock
) -> None:
    """Neither a sign-in, nor another session's question, nor another person's passkey, nor the same one twice."""
    mallory = page_of(accounts, accounts_settings())
    register(mallory, accounts, "mallory@example.com")
    others = add_passkey(mallory)
    assert sign_in(browser, passkey).status_code == 201
    clock.time += LATER
    used = passkey.assertion(options_of(page, RECENT_OPTIONS))
    assert page.post(RECENT, json={"passkey": used}).status_code == 201
    clock.time += LATER

    for credential in (
        used,
        assertion_for(page, passkey)["credential"],
        passkey.assertion(options_of(browser, RECENT_OPTIONS)),
        others.assertion(options_of(page, RECENT_OPTIONS)),
    ):
        assert is_refused(page.post(RECENT, json={"passkey": credential}))
    confirms = passkey.assertion(options_of(page, RECENT_OPTIONS))
    assert is_refused(page.post(SIGN_IN, json={"credential": confirms}))
    assert page.post(OPTIONS).status_code == 403


def test_a_challenge_to_add_a_passkey_confirms_nothing(page: FlaskClient, passkey: SoftPasskey) -> None:
    """Both belong to the same session: the purpose alone tells them apart."""
    assert is_refused(page.post(RECENT, json={"passkey": passkey.assertion(options_of(page, OPTIONS))}))


def test_without_a_passkey_there_is_nothing_to_confirm_with(page: FlaskClient, accounts: Ports) -> None:
    """The page does not offer it."""
    register(page, accounts)
    assert page.post(RECENT_OPTIONS).get_json()["code"] == "passkey_not_found"
