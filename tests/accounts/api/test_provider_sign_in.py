"""Signing in with a real OpenID provider, over HTTP: people, and those who would like to be them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts.model import AuditEvent, User
from service.accounts.usecases.users import user_of_email
from service.ports import Ports
from service.settings import Settings
from tests.conftest import Clock
from tests.helpers.accounts import EMAIL, accounts_ports, accounts_settings, mails_to, page_of, register
from tests.helpers.oidc_provider import OidcProvider, direct

pytestmark = pytest.mark.real

FAILED = "/sign-in#problem=sign_in_failed"
OAUTH_COOKIE = "moodrop_oauth"


@pytest.fixture
def settings(oidc_provider: OidcProvider) -> Settings:
    """Accounts on this machine, and a provider whose addresses are trusted."""
    return accounts_settings(**oidc_provider.settings, oidc_trusts_email=True)


@pytest.fixture
def accounts(ports: Ports, settings: Settings) -> Ports:
    """Accounts in memory."""
    return accounts_ports(ports, settings)


@pytest.fixture
def page(accounts: Ports, settings: Settings) -> FlaskClient:
    """A browser on the page."""
    return page_of(accounts, settings)


def begin(page: FlaskClient, next_path: str | None = None) -> str:
    """Choose the provider on the page; the address to go to."""
    body = {"provider": "oidc"} | ({"next": next_path} if next_path is not None else {})
    answer = page.post("/api/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["url"])


def come_back(page: FlaskClient, address: str) -> TestResponse:
    """Follow the provider's redirect to our callback, as a browser does: from another site, without Strict cookies."""
    parts = urlsplit(address)
    before = page.get_cookie("moodrop_session")
    page.delete_cookie("moodrop_session")
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    answer = page.get(f"{parts.path}?{parts.query}", headers=headers)
    if before and not page.get_cookie("moodrop_session"):
        page.set_cookie("moodrop_session", before.value)
    return answer


def who(page: FlaskClient) -> str | None:
    """The address of whoever is signed in."""
    user = page.get("/api/auth/session").get_json()["user"]
    return user and user["email"]


def sign_in(page: FlaskClient, provider: OidcProvider, name: str, next_path: str | None = None) -> TestResponse:
    """All the way there and back."""
    return come_back(page, provider.sign_in(begin(page, next_path), name))


def user_named(ports: Ports, email: str) -> User:
    """The user of the address."""
    user = user_of_email(ports, email)
    assert user
    return user


def events_of(ports: Ports, user: User) -> list[str]:
    """What is noted of the user, oldest first."""
    events: list[AuditEvent] = ports.accounts.audit.find(user_id=user.user_id)
    return [event.event for event in reversed(events)]


def test_somebody_new_gets_an_account(page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider) -> None:
    """With the name and the address that the provider vouches for, and no password."""
    answer = sign_in(page, oidc_provider, "grace", "/files?mood=happy")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/files?mood=happy")
    session = page.get("/api/auth/session").get_json()
    assert session["user"]["email"] == "grace@example.com"
    assert session["user"]["name"] == "grace"
    assert session["user"]["has_password"] is False
    assert session["session"]["how"] == "oidc"
    assert session["providers"] == ["oidc"]
    assert session["provider_labels"] == {"oidc": "Home"}
    assert events_of(accounts, user_named(accounts, "grace@example.com")) == ["registered", "signed_in"]


def test_the_second_time_it_is_the_same_account(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """Known by issuer and subject, whatever the address is by then."""
    sign_in(page, oidc_provider, "grace")
    user = user_named(accounts, "grace@example.com")
    accounts.accounts.users.change(user.user_id, {}, {"email": "hopper@example.com"})
    other = page_of(accounts, settings)
    sign_in(other, oidc_provider, "grace")
    assert who(other) == "hopper@example.com"


def test_what_the_browser_is_given_has_state_nonce_and_pkce(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """And a cookie that scripts cannot read and that comes back from another site."""
    answer = page.post("/api/auth/login", json={"provider": "oidc"})
    sent = parse_qs(urlsplit(answer.get_json()["url"]).query)
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["redirect_uri"] == ["http://localhost/api/auth/callback/oidc"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{OAUTH_COOKIE}=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/api/auth", "Expires="))


def test_the_provider_refuses_a_sign_in_without_pkce(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """So it is really checked there; a dropped verifier is refused as well."""
    url = begin(page)
    without = url.replace("code_challenge", "dropped")
    with direct() as http:
        answer = http.get(without, allow_redirects=False)
    assert "invalid_request" in answer.headers["Location"]
    assert come_back(page, answer.headers["Location"]).headers["Location"] == FAILED
    assert who(page) is None


def test_a_code_of_another_challenge_is_refused(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """Whoever injects a code that was made for another sign-in lacks the verifier."""
    first, second = begin(page), begin(page)
    back = oidc_provider.sign_in(first, "grace")
    state = parse_qs(urlsplit(second).query)["state"][0]
    stolen = back.replace(parse_qs(urlsplit(back).query)["state"][0], state)
    assert come_back(page, stolen).headers["Location"] == FAILED
    assert who(page) is None


def test_another_browser_cannot_finish_it(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """Nobody is signed in to an attacker's account by a link, nor the attacker to theirs."""
    back = oidc_provider.sign_in(begin(page), "mallory")
    victim = page_of(accounts, settings)
    assert come_back(victim, back).headers["Location"] == FAILED
    assert who(victim) is None
    begin(victim)
    assert come_back(victim, back).headers["Location"] == FAILED


@pytest.mark.parametrize("changed", ["state=", "state=AAAA", ""])
def test_a_wrong_state_signs_nobody_in(page: FlaskClient, oidc_provider: OidcProvider, changed: str) -> None:
    """Empty, invented, or none."""
    back = oidc_provider.sign_in(begin(page), "grace")
    query = [part for part in urlsplit(back).query.split("&") if not part.startswith("state=")]
    answer = page.get("/api/auth/callback/oidc?" + "&".join(filter(None, [*query, changed])))
    assert answer.headers["Location"] == FAILED
    assert who(page) is None


def test_the_answer_of_another_issuer_is_refused(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """A provider names itself in its answer, so that none can pass on the code of another one."""
    back = oidc_provider.sign_in(begin(page), "grace")
    assert "iss=" in back
    parts = [part for part in urlsplit(back).query.split("&") if not part.startswith("iss=")]
    answer = page.get("/api/auth/callback/oidc?" + "&".join([*parts, "iss=https%3A%2F%2Fevil.example"]))
    assert answer.headers["Location"] == FAILED
    assert who(page) is None


def test_the_same_answer_is_good_once(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """Even if the cookie of before is put back."""
    back = oidc_provider.sign_in(begin(page), "grace")
    remembered = page.get_cookie(OAUTH_COOKIE, path="/api/auth")
    assert come_back(page, back).headers["Location"] == "/"
    assert page.get_cookie(OAUTH_COOKIE, path="/api/auth") is None
    page.post("/api/auth/logout")
    assert come_back(page, back).headers["Location"] == FAILED
    assert remembered
    page.set_cookie(OAUTH_COOKIE, remembered.value, path="/api/auth")
    assert come_back(page, back).headers["Location"] == FAILED
    assert who(page) is None


def test_who_cancels_is_where_they_were(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """The page says so; trying again works."""
    back = oidc_provider.cancel(begin(page))
    assert "access_denied" in back
    assert come_back(page, back).headers["Location"] == FAILED
    assert who(page) is None
    assert page.get_cookie(OAUTH_COOKIE, path="/api/auth") is None
    assert sign_in(page, oidc_provider, "grace").headers["Location"] == "/"


def test_a_cookie_that_was_changed_or_is_missing_counts_as_none(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """It is signed."""
    back = oidc_provider.sign_in(begin(page), "grace")
    remembered = page.get_cookie(OAUTH_COOKIE, path="/api/auth")
    assert remembered
    page.set_cookie(OAUTH_COOKIE, remembered.value[:-2] + "xx", path="/api/auth")
    assert come_back(page, back).headers["Location"] == FAILED
    page.delete_cookie(OAUTH_COOKIE, path="/api/auth")
    assert come_back(page, back).headers["Location"] == FAILED


@pytest.mark.parametrize(
    "asked",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "evil", "javascript:alert(1)", ""),
        *("/ /evil.example", "/\N{LATIN SMALL LETTER U WITH DIAERESIS}"),
    ],
)
def test_next_is_a_path_of_ours(page: FlaskClient, oidc_provider: OidcProvider, asked: str) -> None:
    """Else the page."""
    assert sign_in(page, oidc_provider, "grace", asked).headers["Location"] == "/"


def test_after_forty_abandoned_starts_one_can_still_sign_in(ports: Ports, oidc_provider: OidcProvider) -> None:
    """The cookie keeps the newest three, with the longest paths, and stays under 4 KB."""
    settings = accounts_settings(**oidc_provider.settings, rate_limits=False)
    settings = settings.model_copy(update={"public_url": "https://" + "a" * 50 + ".example"})
    page = page_of(uncounted(accounts_ports(ports, settings)), settings)
    for number in range(40):
        path = "/" + "".join(chr(33 + (number * 7 + place * place) % 90) for place in range(299)).replace("\\", "x")
        answer = page.post("/api/auth/login", json={"provider": "oidc", "next": path})
        assert answer.status_code == 200
        assert len(answer.headers["Set-Cookie"]) < 4096


def uncounted(ports: Ports) -> Ports:
    """The same without limits."""
    from service.accounts.adapters.limits_attempts import UncountedAttempts

    return replace(ports, accounts=replace(ports.accounts, attempts=UncountedAttempts()))


def test_the_oldest_of_four_starts_is_forgotten(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """The three tabs after it work."""
    urls = [begin(page) for _ in range(4)]
    backs = [oidc_provider.sign_in(url, "grace") for url in urls]
    where = [come_back(page, back).headers["Location"] for back in backs]
    assert where == [FAILED, "/", "/", "/"]


def test_new_keys_of_the_provider_are_fetched(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """Without a restart, at once."""
    sign_in(page, oidc_provider, "grace")
    page.post("/api/auth/logout")
    oidc_provider.rotate_keys()
    assert sign_in(page, oidc_provider, "grace").headers["Location"] == "/"
    assert who(page) == "grace@example.com"


def test_a_verified_address_lets_one_into_the_account_that_has_it(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """From a trusted provider. The owner gets a mail, and may still use the password."""
    session = register(page, accounts)
    other = page_of(accounts, settings)
    assert sign_in(other, oidc_provider, "ada").headers["Location"] == "/"
    assert other.get("/api/auth/session").get_json()["user"]["user_id"] == session["user"]["user_id"]
    assert mails_to(accounts)[0].template == "notice"
    assert events_of(accounts, user_named(accounts, EMAIL))[-2:] == ["identity_linked", "signed_in"]


def test_an_address_that_is_not_verified_lets_nobody_in(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """They sign in first, then link."""
    register(page, accounts, "unv1@example.com")
    other = page_of(accounts, settings)
    assert sign_in(other, oidc_provider, "unv1").headers["Location"] == FAILED
    assert who(other) is None
    assert user_named(accounts, "unv1@example.com").identities == ()


def test_a_provider_that_is_not_trusted_lets_nobody_into_an_account(ports: Ports, oidc_provider: OidcProvider) -> None:
    """OIDC_TRUSTS_EMAIL=0, the default."""
    settings = accounts_settings(**oidc_provider.settings)
    accounts = accounts_ports(ports, settings)
    register(page_of(accounts, settings), accounts)
    other = page_of(accounts, settings)
    assert sign_in(other, oidc_provider, "ada").headers["Location"] == FAILED
    assert who(other) is None


def test_an_address_that_is_not_proven_is_given_to_no_new_account(
    page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider
) -> None:
    """Else its real owner could never register, or would share the account."""
    sign_in(page, oidc_provider, "unv2")
    user = page.get("/api/auth/session").get_json()["user"]
    assert (user["kind"], user["email"]) == ("user", None)
    assert user_of_email(accounts, "unv2@example.com") is None


def test_a_guest_takes_the_files_along(ports: Ports, oidc_provider: OidcProvider) -> None:
    """The guest becomes the user: the id, and with it the owner of the files, stays."""
    settings = accounts_settings(**oidc_provider.settings, oidc_trusts_email=True, guests="local")
    accounts = accounts_ports(ports, settings)
    page = page_of(accounts, settings)
    assert page.get("/v1/session").get_json()["owner"] == "local"
    sign_in(page, oidc_provider, "grace")
    user = page.get("/api/auth/session").get_json()["user"]
    assert (user["user_id"], user["kind"], user["email"]) == ("local", "user", "grace@example.com")
    assert page_of(accounts, settings).get("/v1/files").status_code == 401


def test_a_guest_may_leave_the_files_behind(ports: Ports, oidc_provider: OidcProvider) -> None:
    """`keep_guest: false`: the new account is another one, and the guest stays a guest."""
    settings = accounts_settings(**oidc_provider.settings, oidc_trusts_email=True, guests="local")
    accounts = accounts_ports(ports, settings)
    page = page_of(accounts, settings)
    asked = page.post("/api/auth/login", json={"provider": "oidc", "keep_guest": False}).get_json()
    come_back(page, oidc_provider.sign_in(asked["url"], "grace"))
    user = page.get("/api/auth/session").get_json()["user"]
    assert user["email"] == "grace@example.com"
    assert user["user_id"] != "local"
    assert page_of(accounts, settings).get("/v1/session").get_json()["account"]["kind"] == "guest"


def test_closed_sign_up_is_closed_by_this_way_too(ports: Ports, oidc_provider: OidcProvider) -> None:
    """Those who are here already may sign in."""
    settings = accounts_settings(**oidc_provider.settings, sign_up="closed")
    page = page_of(accounts_ports(ports, settings), settings)
    assert sign_in(page, oidc_provider, "grace").headers["Location"] == "/sign-in#problem=sign_up_closed"


def test_a_closed_account_stays_closed(
    page: FlaskClient, accounts: Ports, clock: Clock, oidc_provider: OidcProvider
) -> None:
    """Whoever signs in."""
    sign_in(page, oidc_provider, "grace")
    user = user_named(accounts, "grace@example.com")
    accounts.accounts.users.change(user.user_id, {}, {"disabled_at": clock()})
    assert sign_in(page, oidc_provider, "grace").headers["Location"] == FAILED


def test_nothing_is_linked_to_a_closed_account(
    page: FlaskClient, accounts: Ports, clock: Clock, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """Though the address is its own."""
    register(page, accounts)
    accounts.accounts.users.change(user_named(accounts, EMAIL).user_id, {}, {"disabled_at": clock()})
    assert sign_in(page_of(accounts, settings), oidc_provider, "ada").headers["Location"] == FAILED
    assert user_named(accounts, EMAIL).identities == ()


def test_the_session_before_ends(page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider) -> None:
    """A planted cookie is worth nothing afterwards."""
    register(page, accounts)
    before = page.get_cookie("moodrop_session")
    sign_in(page, oidc_provider, "grace")
    after = page.get_cookie("moodrop_session")
    assert before
    assert after
    assert before.value != after.value
    page.set_cookie("moodrop_session", before.value)
    assert page.get("/v1/files").status_code == 401


def link(page: FlaskClient, provider: OidcProvider, name: str) -> TestResponse:
    """Link the provider from the account's page."""
    answer = page.post("/api/auth/identities", json={"provider": "oidc"})
    assert answer.status_code == 200, answer.text
    return come_back(page, provider.sign_in(answer.get_json()["url"], name))


def linked(page: FlaskClient) -> list[str]:
    """The addresses at the providers that are linked."""
    return [identity["email"] for identity in page.get("/api/auth/identities").get_json()["identities"]]


def test_linking_and_unlinking(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """From the account's page; one who has a password may unlink it again."""
    register(page, accounts)
    assert link(page, oidc_provider, "unv3").headers["Location"] == "/account"
    assert linked(page) == ["unv3@example.com"]
    other = page_of(accounts, settings)
    sign_in(other, oidc_provider, "unv3")
    assert who(other) == EMAIL
    assert page.delete("/api/auth/identities/oidc").status_code == 204
    assert linked(page) == []
    assert page.delete("/api/auth/identities/oidc").get_json()["code"] == "provider_not_found"
    assert events_of(accounts, user_named(accounts, EMAIL))[-1] == "identity_unlinked"
    assert [mail.template for mail in mails_to(accounts)[:2]] == ["notice", "notice"]


def test_linking_and_unlinking_give_the_session_a_new_id(
    page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider
) -> None:
    """The cookies of before are worth nothing, and the proof of who is there is as old as it was."""
    auth_at = register(page, accounts)["session"]["auth_at"]
    changes = (lambda: link(page, oidc_provider, "unv3"), lambda: page.delete("/api/auth/identities/oidc"))
    for change in changes:
        before = page.get_cookie("moodrop_session")
        change()
        after = page.get_cookie("moodrop_session")
        assert before
        assert after
        assert page.get("/api/auth/session").get_json()["session"]["auth_at"] == auth_at
        page.set_cookie("moodrop_session", before.value)
        assert page.get("/v1/files").status_code == 401
        page.set_cookie("moodrop_session", after.value)
    assert len(page.get("/api/auth/sessions").get_json()["sessions"]) == 1


def test_linking_again_replaces_the_account_at_the_provider(
    page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider
) -> None:
    """One of each provider."""
    register(page, accounts)
    link(page, oidc_provider, "unv3")
    link(page, oidc_provider, "grace")
    assert linked(page) == ["grace@example.com"]


def test_the_identity_of_somebody_else_cannot_be_linked(
    page: FlaskClient, accounts: Ports, settings: Settings, oidc_provider: OidcProvider
) -> None:
    """It stays theirs."""
    sign_in(page_of(accounts, settings), oidc_provider, "grace")
    register(page, accounts)
    assert link(page, oidc_provider, "grace").headers["Location"] == "/sign-in#problem=identity_taken"
    assert linked(page) == []


def test_nothing_is_linked_to_a_session_that_ended_meanwhile(
    page: FlaskClient, accounts: Ports, oidc_provider: OidcProvider
) -> None:
    """The way back brings no cookie of the page: the session is looked up."""
    register(page, accounts)
    url = page.post("/api/auth/identities", json={"provider": "oidc"}).get_json()["url"]
    back = oidc_provider.sign_in(url, "grace")
    page.post("/api/auth/logout")
    assert come_back(page, back).headers["Location"] == "/sign-in#problem=session_ended"
    assert user_named(accounts, EMAIL).identities == ()


@pytest.mark.parametrize("ending", ["expiry", "disabled"])
def test_nothing_is_linked_once_the_session_would_let_nobody_in(
    ports: Ports, clock: Clock, oidc_provider: OidcProvider, ending: str
) -> None:
    """It is over, or the account is closed."""
    settings = accounts_settings(**oidc_provider.settings, session_expires_in=60)
    accounts = accounts_ports(ports, settings)
    page = page_of(accounts, settings)
    register(page, accounts)
    user = user_named(accounts, EMAIL)
    url = page.post("/api/auth/identities", json={"provider": "oidc"}).get_json()["url"]
    if ending == "expiry":
        clock.time += timedelta(seconds=60)
    else:
        accounts.accounts.users.change(user.user_id, {}, {"disabled_at": clock()})
    back = come_back(page, oidc_provider.sign_in(url, "grace"))
    assert back.headers["Location"] == "/sign-in#problem=session_ended"
    assert user_named(accounts, EMAIL).identities == ()


def test_the_last_way_in_stays(page: FlaskClient, oidc_provider: OidcProvider) -> None:
    """Without a password there is no other."""
    sign_in(page, oidc_provider, "grace")
    answer = page.delete("/api/auth/identities/oidc")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "last_way_in")


def test_linking_needs_a_recent_sign_in_of_an_account(
    page: FlaskClient, accounts: Ports, clock: Clock, settings: Settings
) -> None:
    """Of this page; nobody, a script and a guest may not."""
    register(page, accounts)
    clock.time += timedelta(minutes=11)
    calls: list[Callable[[], TestResponse]] = [
        lambda: page.post("/api/auth/identities", json={"provider": "oidc"}),
        lambda: page.delete("/api/auth/identities/oidc"),
    ]
    assert [call().get_json()["code"] for call in calls] == ["reauthentication_needed"] * 2
    assert page.get("/api/auth/identities").status_code == 200
    nobody = page_of(accounts, settings)
    assert nobody.get("/api/auth/identities").status_code == 401


@pytest.mark.parametrize("provider", ["google", "unknown", "..", "oidc%00"])
def test_a_provider_that_is_not_set_up_is_not_there(page: FlaskClient, provider: str) -> None:
    """Known to nobody here, though it is known elsewhere."""
    answer = page.post("/api/auth/login", json={"provider": provider})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "provider_not_found")


def test_a_callback_of_no_provider_is_not_there(page: FlaskClient) -> None:
    """And of one without a cookie leads to the page."""
    assert page.get("/api/auth/callback/google?code=x&state=y").get_json()["code"] == "provider_not_found"
    assert page.get("/api/auth/callback/oidc?code=x&state=y").headers["Location"] == FAILED


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": EMAIL},
        {"provider": "oidc", "email": EMAIL, "password": "x"},
        {"provider": ["oidc"]},
        {"provider": {"$gt": ""}},
        {"provider": "oidc", "next": "/" * 301},
        {"provider": "oidc", "next": "/\t/evil.example"},
        {"provider": "oidc", "next": 7},
    ],
)
def test_a_bad_start_is_refused(page: FlaskClient, body: dict[str, object]) -> None:
    """With the field and the reason."""
    answer = page.post("/api/auth/login", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation_failed")


def test_other_pages_cannot_begin_a_sign_in(page: FlaskClient) -> None:
    """Nor fill the browser's cookie with their own."""
    answer = page.post("/api/auth/login", json={"provider": "oidc"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "foreign_origin")
    assert "Set-Cookie" not in answer.headers


def test_elsewhere_the_cookie_is_neither_read_nor_set(page: FlaskClient) -> None:
    """It costs the other calls nothing."""
    begin(page)
    answer = page.get("/v1/session")
    assert "Set-Cookie" not in answer.headers
    app = page.application
    with app.test_request_context("/v1/session") as there, app.test_request_context("/api/auth/login") as here:
        opened = [app.session_interface.open_session(app, each.request) for each in (there, here)]
    assert [session is None for session in opened] == [True, False]
