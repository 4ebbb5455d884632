"""Who and where: `login`, the profile, the environment."""

import json
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from service.settings import Settings
from tests.cli.conftest import Command, Ran, Terminal
from tests.conftest import Service

pytestmark = pytest.mark.real


@pytest.fixture
def url(shared_service: tuple[Service, Settings]) -> str:
    return shared_service[0].url


def profile(anybody: Command) -> Path:
    return anybody.home / ".config" / "moodrop" / "profile.json"


def one_line(ran: Ran) -> str:
    (line,) = ran.err.splitlines()
    return line


def test_login_is_kept_for_this_user_alone(anybody: Command, url: str, token: str) -> None:
    """The token comes from a pipe: among the arguments everybody on the machine could read it."""
    ran = anybody("login", url, "--token", "-", stdin=token.encode() + b"\n")

    assert 0 == ran.code, ran.err
    assert token not in ran.out + ran.err
    assert 0o600 == stat.S_IMODE(profile(anybody).stat().st_mode)
    assert [profile(anybody)] == list(profile(anybody).parent.iterdir())
    assert 0 == anybody("ls").code
    assert "jwt" == anybody("whoami", "--json").rows[0]["auth_mode"]


def test_a_person_is_asked_for_the_token_unseen(
    anybody: Command, terminal: Callable[..., Terminal], url: str, token: str
) -> None:
    at = terminal("login", url)

    at.read_until(lambda shown: "Token:" in shown)
    at.type_unseen(token + "\n")

    assert 0 == at.finish(), at.shown
    assert token not in at.shown
    assert token == json.loads(profile(anybody).read_text())["token"]


def test_a_wrong_token_is_not_kept(anybody: Command, url: str) -> None:
    ran = anybody("login", url, "--token", "wrong")

    assert (4, False) == (ran.code, profile(anybody).exists())
    assert "token" in one_line(ran)


def test_without_a_token_and_a_person_it_says_how_to_give_one(anybody: Command, url: str) -> None:
    ran = anybody("login", url)

    assert 2 == ran.code
    assert "--token -" in one_line(ran)


def test_the_environment_goes_before_the_profile(anybody: Command, url: str, token: str) -> None:
    anybody("login", url, "--token", token)

    assert 4 == anybody("ls", MOODROP_TOKEN="wrong").code
    assert "owner" in anybody("whoami", "--json", MOODROP_TOKEN=token).rows[0]


def test_the_profiles_token_goes_to_no_other_service(anybody: Command, url: str, token: str) -> None:
    """Whoever is sent elsewhere by MOODROP_URL brings no secret along."""
    anybody("login", url, "--token", token)

    with stranger() as (elsewhere, seen):
        anybody("ls", MOODROP_URL=elsewhere)

    assert [None] == seen


@pytest.mark.parametrize("text", ["", "{", '{"url": "http://127.0.0.1:5000", "tok', "[]", '{"url": 5, "token": null}'])
@pytest.mark.parametrize("command", ["ls", "whoami", "status"])
def test_a_half_written_profile_is_one_clear_line(anybody: Command, text: str, command: str) -> None:
    profile(anybody).parent.mkdir(parents=True)
    profile(anybody).write_text(text)

    ran = anybody(command)

    assert 2 == ran.code
    assert "is not whole: run `moodrop login` again, or remove it" in one_line(ran)


def test_login_mends_a_half_written_profile(anybody: Command, url: str, token: str) -> None:
    profile(anybody).parent.mkdir(parents=True)
    profile(anybody).write_text('{"url": "http')

    assert 0 == anybody("login", url, "--token", token).code
    assert 0 == anybody("ls").code


def test_a_profile_that_cannot_be_written_leaves_the_old_one(anybody: Command, url: str, token: str) -> None:
    """No room: the limit is on the size of a file."""
    anybody("login", url, "--token", token)
    before = profile(anybody).read_text()
    script = "ulimit -f 0; " + " ".join(anybody.line("login", url, "--token", token))

    place = anybody.place({"PYTHONDONTWRITEBYTECODE": "1"})
    ran = subprocess.run(["bash", "-c", script], capture_output=True, check=False, **place)

    assert (7, 1) == (ran.returncode, len(ran.stderr.splitlines())), ran.stderr
    assert before == profile(anybody).read_text()
    assert [profile(anybody)] == list(profile(anybody).parent.iterdir())


def test_logout_forgets(anybody: Command, url: str, token: str) -> None:
    anybody("login", url, "--token", token)

    assert 0 == anybody("logout").code
    assert not profile(anybody).exists()
    assert 0 == anybody("logout").code


@pytest.mark.parametrize("address", ["localhost:5000", "ftp://127.0.0.1", "http://", "nonsense"])
def test_an_address_that_is_none_is_told(anybody: Command, address: str) -> None:
    ran = anybody("ls", MOODROP_URL=address)

    assert 2 == ran.code
    assert "is not an address" in one_line(ran)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("ls", b"<h1>Welcome</h1>"),
        ("ls", b"[]"),
        ("ls", b'{"files": [{}]}'),
        ("whoami", b"<h1>Welcome</h1>"),
        ("whoami", b"{}"),
        ("whoami", b'{"auth_mode": "new"}'),
    ],
)
def test_another_server_or_version_is_told(anybody: Command, answer: bytes, command: str) -> None:
    """Whatever it says, with status 200."""
    with stranger(answer) as (elsewhere, _):
        ran = anybody(command, MOODROP_URL=elsewhere)

    assert (8, "") == (ran.code, ran.out)
    assert "server_unknown" in one_line(ran)


@contextmanager
def stranger(answer: bytes = b"hello") -> Iterator[tuple[str, list[str | None]]]:
    """A server that is no Moodrop; the tokens that it was sent."""
    seen: list[str | None] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()
