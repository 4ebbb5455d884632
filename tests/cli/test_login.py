"""`login` where the service has accounts: a code, the page, and a key of one's own."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3

from dev.servers import MongodServer
from service.accounts.model import Origin, User
from service.accounts.usecases.api_keys import list_keys, make_key, revoke_key
from service.accounts.usecases.sessions import open_account_session
from service.ports import Ports
from tests.cli.command import Command
from tests.cli.terminal import Terminal
from tests.conftest import Store, prepared_ports, services, settings_for
from tests.helpers.accounts import EMAIL, add_user

pytestmark = pytest.mark.real

QUOTA = 1_000_000_000


@dataclass
class Accounts:
    """A service with accounts, one of somebody who is signed in on the page."""

    url: str
    ports: Ports
    user: User
    cookie: str

    def decide(self, shown: str, *, allow: bool) -> int:
        """The person's answer on the page to the code that the terminal shows; the status."""
        code = re.search("your code is ([A-Z]{4}-[A-Z]{4})", shown)
        assert code, shown
        answer = urllib3.request(
            "POST",
            f"{self.url}/api/auth/device/approve",
            json={"user_code": code[1], "allow": allow},
            headers={"Cookie": f"moodrop_session={self.cookie}", "Sec-Fetch-Site": "same-origin"},
            retries=False,
        )
        return answer.status

    def key(self) -> str:
        """A new key, as from the page."""
        return make_key(self.ports, self.user, "pasted", (), None, Origin())[0]


@pytest.fixture(scope="module")
def accounts(minio: Store, mongod: MongodServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """One service for these tests."""
    settings = settings_for(minio, mongod, auth_mode="accounts", mail_page=True, rate_limits=False, quota_bytes=QUOTA)
    with services(tmp_path_factory.mktemp("accounts")) as start, prepared_ports(settings) as ports:
        service, user = start(settings), add_user(ports)
        opened = open_account_session(ports, user, "password", Origin())
        yield Accounts(service.url, ports, user, opened.cookie)


@pytest.fixture(autouse=True)
def no_keys(accounts: Accounts) -> Iterator[None]:
    """Each test leaves the account without keys."""
    yield
    for key in list_keys(accounts.ports, accounts.user):
        revoke_key(accounts.ports, accounts.user.user_id, key.key_id, Origin())


def profile(anybody: Command) -> Path:
    return anybody.home / ".config" / "moodrop" / "profile.json"


def waits_for_nobody(shown: str) -> bool:
    return "allow it at" in shown


def test_a_person_allows_the_machine_on_the_page(
    anybody: Command, terminal: Callable[..., Terminal], accounts: Accounts
) -> None:
    """The key has the machine's name, is saved for this user alone, and `logout` ends it."""
    at = terminal("login", accounts.url)
    shown = at.read_until(waits_for_nobody)
    assert "/link#" in shown
    assert accounts.decide(shown, allow=True) == 204
    assert at.finish() == 0, at.shown
    assert f"knows you as {EMAIL}" in at.shown

    key = json.loads(profile(anybody).read_text())["token"]
    assert key.startswith("mdk_")
    assert key not in at.shown
    (made,) = list_keys(accounts.ports, accounts.user)
    assert made.name.startswith("moodrop on ")
    assert anybody("ls").code == 0
    name, *_, used = anybody("whoami").lines[0].split("\t")
    assert (name, used) == (EMAIL, f"0/{QUOTA} bytes")
    assert anybody("whoami", "--json").rows[0]["account"]["email"] == EMAIL

    assert anybody("logout").err == "moodrop: signed out\n"
    assert list_keys(accounts.ports, accounts.user) == []
    assert anybody("ls", MOODROP_URL=accounts.url, MOODROP_TOKEN=key).code == 4


def test_a_refused_machine_is_not_signed_in(
    anybody: Command, terminal: Callable[..., Terminal], accounts: Accounts
) -> None:
    """It says so, and saves nothing."""
    at = terminal("login", accounts.url)
    assert accounts.decide(at.read_until(waits_for_nobody), allow=False) == 204
    assert at.finish() == 5, at.shown
    assert "device_not_found" in at.shown
    assert not profile(anybody).exists()


def test_a_key_is_taken_from_a_pipe(anybody: Command, accounts: Accounts) -> None:
    """As a token is."""
    key = accounts.key()
    ran = anybody("login", accounts.url, "--token", "-", stdin=key.encode() + b"\n")
    assert ran.code == 0, ran.err
    assert key not in ran.out + ran.err
    assert anybody("ls").code == 0


def test_a_script_is_not_asked_to_open_a_page(anybody: Command, accounts: Accounts) -> None:
    """Nobody would; unless it says that somebody reads along."""
    ran = anybody("login", accounts.url)
    assert ran.code == 2
    assert "--token -" in ran.err
    waiting = anybody.start("login", accounts.url, "--no-browser")
    assert waiting.stderr
    shown = waiting.stderr.readline() + waiting.stderr.readline()
    assert accounts.decide(shown.decode(), allow=True) == 204
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0


def test_a_key_that_has_ended_is_no_error_at_signing_out(anybody: Command, accounts: Accounts) -> None:
    """What was asked for is so."""
    anybody("login", accounts.url, "--token", accounts.key())
    (key,) = list_keys(accounts.ports, accounts.user)
    revoke_key(accounts.ports, accounts.user.user_id, key.key_id, Origin())
    assert anybody("ls").code == 4
    assert anybody("logout").err == "moodrop: signed out\n"


def test_without_the_server_signing_out_says_that_the_key_is_still_good(anybody: Command, accounts: Accounts) -> None:
    """It is forgotten all the same."""
    anybody("login", accounts.url, "--token", accounts.key())
    saved = json.loads(profile(anybody).read_text())
    profile(anybody).write_text(json.dumps({**saved, "url": "http://127.0.0.1:9"}))
    ran = anybody("logout")
    assert ran.code == 0
    assert "still good" in ran.err
    assert not profile(anybody).exists()
