"""The first minutes and the whole life of an account, as one person goes through them in a browser and a terminal."""

import json
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import Page, expect

from service.accounts.usecases.keeper import keep_accounts
from service.ports import Ports
from service.settings import Settings
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import later
from tests.cli.command import Command
from tests.cli.terminal import Terminal
from tests.conftest import ROOT, Service, prepared_ports
from tests.e2e.authenticator import Authenticator, at_localhost
from tests.e2e.page import add, expect_in_library
from tests.e2e.people import EMAIL, register, sign_in
from tests.helpers.accounts import mails_to

pytestmark = [pytest.mark.real, pytest.mark.browser, pytest.mark.timeout(300)]

NEW_PASSWORD = "seven dwarfs and an apple tree"
SONG = "Low Tide"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As `make run` starts the service on this machine, except that what was left to do later is done soon."""
    accounts = {"auth_mode": "accounts", "guests": "local", "mail_page": True, "sweep_interval": 1}
    return settings.model_copy(update=accounts)


@pytest.fixture
def service(settings: Settings, serve: Callable[..., Service]) -> Service:
    return serve(settings)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command of somebody who has not configured it yet."""
    home, program = tmp_path / "home", tmp_path / "program"
    home.mkdir()
    (program / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "moodrop" / "__main__.py", program / "bin" / "moodrop")
    return Command(program, home, {"HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TERM": "xterm"})


@pytest.fixture
def terminal(command: Command, service: Service) -> Iterator[Callable[[], Terminal]]:
    """Type `moodrop login` in a terminal."""
    with ExitStack() as opened:

        def login() -> Terminal:
            typed = Terminal(command, "login", "--no-browser", at_localhost(service.url))
            opened.callback(typed.close)
            return typed

        yield login


def read_code(page: Page, subject: str) -> str:
    """Return the code of the newest mail, as somebody reads it who follows the link below the boxes."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the mails of this computer").click()
    mail = opened.value.get_by_role("article").first
    expect(mail.get_by_role("heading")).to_have_text(re.compile(subject))
    code = re.search(r"\b\d{6}\b", mail.inner_text())
    opened.value.close()
    assert code
    return code[0]


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Ada", exact=True)).to_be_visible()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Ada", exact=True).click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def open_tab(page: Page, tab: str) -> None:
    """Open a tab of the account, by the menu."""
    page.get_by_role("button", name="Ada", exact=True).click()
    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_role("tab", name=tab).click()


def files_by_curl(service: Service, key: str) -> list[str]:
    """Return the titles of the files that a script sees with a key."""
    line = ["curl", "-s", "-H", f"Authorization: Bearer {key}", f"{service.url}/v1/files"]
    answer = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)
    return [file["title"] for file in answer.get("files", [])]


def become_ada(page: Page, service: Service, song: Path) -> None:
    """Add a song as a guest, then register; the song stays."""
    page.goto(at_localhost(service.url))
    add(page, song, mood="Sad")
    expect_in_library(page, SONG)
    register(page)
    page.get_by_label("Six-digit code").fill(read_code(page, "Confirm"))
    expect_signed_in(page)
    expect_in_library(page, SONG)


def make_key(page: Page) -> str:
    """Make a key for scripts on the page, and return it; it is shown only then."""
    page.get_by_label("What is it for?").fill("backup")
    page.get_by_role("button", name="Create key").click()
    key = page.get_by_label("Your new key").input_value()
    page.get_by_role("button", name="I've saved it").click()
    expect(page.get_by_text("backup mdk_")).to_be_visible()
    return key


def allow(page: Page, terminal: Terminal) -> None:
    """Open the address that the terminal shows, compare the codes, and allow it."""
    shown = terminal.read_until(lambda text: "allow it at" in text)
    code, address = re.search(r"code is (\S+)", shown), re.search(r"allow it at (\S+)", shown)
    assert code
    assert address
    page.goto(address[1])
    expect(page.get_by_text(code[1])).to_be_visible()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Allowed. Go back to your terminal.")).to_be_visible()
    assert terminal.finish() == 0, terminal.shown


def come_back_by_code(page: Page) -> None:
    sign_out(page)
    page.get_by_role("button", name="Send me a code instead").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Six-digit code").fill(read_code(page, "sign in"))
    expect_in_library(page, SONG)


def let_a_terminal_in_and_out(page: Page, command: Command, terminal: Terminal) -> None:
    """Allow the terminal, see it work, and end its key."""
    allow(page, terminal)
    assert EMAIL in command("whoami").out
    assert SONG in command("ls").out

    open_tab(page, "Devices & keys")
    page.get_by_role("button", name=f"Revoke moodrop on {platform.node()}").click()
    expect(page.get_by_text("Key revoked.")).to_be_visible()
    assert "api_key_invalid" in command("ls").err


def end_another_browser(page: Page, other: Page, service: Service) -> None:
    """Sign in elsewhere, and end that from here."""
    other.goto(f"{at_localhost(service.url)}/sign-in")
    sign_in(other)
    expect_signed_in(other)

    page.reload()
    page.get_by_role("button", name=re.compile("^Sign out Chrome")).click()
    expect(page.get_by_text("Signed out.")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def forget_the_password(page: Page) -> None:
    """Set another one by a mailed code; the old one is refused from then on."""
    sign_out(page)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Six-digit code").fill(read_code(page, "password"))
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    sign_in(page)
    expect(page.get_by_text("is wrong", exact=False)).to_be_visible()
    sign_in(page, password=NEW_PASSWORD)
    expect_signed_in(page)


def use_a_passkey(page: Page) -> None:
    """Add one, and sign in by it."""
    Authenticator(page)
    open_tab(page, "Sign-in")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Passkey added.")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect_signed_in(page)


def leave(page: Page) -> None:
    """Delete the account; nothing lets the person in any more."""
    open_tab(page, "Delete")
    page.get_by_label(f"Type {EMAIL} to confirm").fill(EMAIL)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    sign_in(page, password=NEW_PASSWORD)
    expect(page.get_by_text("is wrong", exact=False)).to_be_visible()


def stored_keys(ports: Ports) -> list[str]:
    return [stored.object_key for stored in ports.objects.iter_objects(ports.policy.bucket)]


def expect_files_to_go(ports: Ports) -> None:
    """Wait until the service itself has emptied the bucket."""
    until = monotonic() + 120
    while keys := stored_keys(ports):
        assert monotonic() < until, keys
        sleep(0.2)


def expect_nothing_left(ports: Ports) -> None:
    """Do what the service does in an hour and in two days; then only the audit and a last mail tell of the person."""
    in_an_hour, accounts = later(ports, hours=1), ports.accounts
    keep_accounts(in_an_hour)
    for _ in range(2):
        sweep(later(ports, days=2))

    left = [accounts.api_keys.find(), accounts.token_families.find(), ports.sessions.find()]
    assert left == [[]] * len(left)
    assert all(code.purge_at <= in_an_hour.now() for code in accounts.codes.find())  # the database removes them
    assert [user for user in accounts.users.find() if user.kind == "user" or user.email] == []
    assert list(ports.records.iter_recorded(ports.policy.bucket)) == []
    assert mails_to(ports)[0].template == "left"


def test_from_the_first_song_to_a_closed_account(
    page: Page,
    open_page: Callable[..., Page],
    service: Service,
    command: Command,
    terminal: Callable[[], Terminal],
    a_song: Callable[..., Path],
    settings: Settings,
) -> None:
    """Each step leads to the next one, by what the page shows."""
    become_ada(page, service, a_song(f"{SONG}.wav"))
    come_back_by_code(page)

    open_tab(page, "Devices & keys")
    key = make_key(page)
    assert files_by_curl(service, key) == [SONG]
    let_a_terminal_in_and_out(page, command, terminal())
    end_another_browser(page, open_page(), service)

    forget_the_password(page)
    assert files_by_curl(service, key) == [SONG]
    use_a_passkey(page)

    with prepared_ports(settings) as ports:
        assert stored_keys(ports)
        leave(page)
        assert files_by_curl(service, key) == []
        expect_files_to_go(ports)
        expect_nothing_left(ports)
