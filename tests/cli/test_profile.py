"""Who and where: `login`, the profile, the environment."""

import json
import re
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


COMMANDS = [
    ["ls"],
    ["whoami"],
    ["status"],
    ["upload", "a.mp3"],
    ["upload", "a.mp3", "b.mp3"],
    ["sync", "."],
    ["get", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["url", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["edit", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "--mood", "sad"],
    ["rm", "01ARZ3NDEKTSV4RRFFQ69G5FAV"],
]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b"<h1>Welcome</h1>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"auth_mode": "new", "files": [{}], "uploads": [5], "results": [{}]}'),
        (404, b"<h1>Not Found</h1>"),
        (404, b'{"message": "no such route"}'),
        (404, b'{"code": "route_not_found", "detail": "there is no /v1", "status": 404}'),
    ],
)
def test_another_server_or_version_is_told(anybody: Command, status: int, answer: bytes) -> None:
    """Whatever it says, to whichever command: 8, in one line for each file."""
    for name in ("a.mp3", "b.mp3"):
        (anybody.home / name).write_bytes(b"song")
    with stranger(answer, status) as (elsewhere, _):
        for command in COMMANDS:
            ran = anybody(*command, MOODROP_URL=elsewhere)

            assert (8, "") == (ran.code, ran.out), (command, ran)
            assert ["server_unknown"] * len(ran.err.splitlines()) == re.findall(r"\((\w+)\)\. Check the addr", ran.err)
            assert 1 <= len(ran.err.splitlines()) <= 2


@contextmanager
def stranger(answer: bytes = b"hello", status: int = 200) -> Iterator[tuple[str, list[str | None]]]:
    """A server that is no Moodrop; the tokens that it was sent."""
    seen: list[str | None] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815  so http.server calls them

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()
