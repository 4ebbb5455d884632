"""Which service, as whom: `login`, the profile, the environment."""

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
from tests.cli.command import Command, Ran
from tests.cli.terminal import Terminal
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
    """The token comes from a pipe, because everybody on the machine can read arguments."""
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
    """If MOODROP_URL points elsewhere, the stored token is not sent."""
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
    assert "is incomplete: run `moodrop login` again, or remove it" in one_line(ran)


def test_login_mends_a_half_written_profile(anybody: Command, url: str, token: str) -> None:
    profile(anybody).parent.mkdir(parents=True)
    profile(anybody).write_text('{"url": "http')

    assert 0 == anybody("login", url, "--token", token).code
    assert 0 == anybody("ls").code


def test_a_profile_that_cannot_be_written_leaves_the_old_one(anybody: Command, url: str, token: str) -> None:
    """Simulated by a limit on file size."""
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
    """Exit code 8 and one line per file, for every answer and every command."""
    for name in ("a.mp3", "b.mp3"):
        (anybody.home / name).write_bytes(b"song")
    with stranger(answer, status) as (elsewhere, _):
        for command in COMMANDS:
            ran = anybody(*command, MOODROP_URL=elsewhere)

            assert (8, "") == (ran.code, ran.out), (command, ran)
            assert ["server_unknown"] * len(ran.err.splitlines()) == re.findall(r"\((\w+)\)\. Check the addr", ran.err)
            assert 1 <= len(ran.err.splitlines()) <= 2


HOSTILE_FILE = {
    "file_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "object_key": "k",
    "filename": "a\x1b[2J\u202e.mp3",
    "content_type": "audio/mpeg",
    "size_bytes": 1,
    "checksum": None,
    "owner": "x",
    "created_at": "2026-11-21T09:45:31Z",
    "confirmed_at": "2026-11-21T09:45:31Z",
    "revision": 1,
    "etag": "e",
    "title": "\x1b]0;owned\x07\r\n=1+1",
    "tags": ["\x9b2J"],
    "url": "http://127.0.0.1:1/",
    "headers": {"X-A": "b\r\nX-Evil: 1"},
    "expires_at": "2026-11-21T09:45:31Z",
    "server_time": "2026-11-21T09:45:31Z",
}


def test_a_hostile_service_draws_nothing_on_the_terminal(anybody: Command) -> None:
    """Not in a list, a spreadsheet or an error."""
    answer = json.dumps({"files": [HOSTILE_FILE], "next_cursor": None}).encode()
    problem = json.dumps({"code": "x\x1b[2J", "detail": "d\x1b[2J\r\n", "hint": "h\x1b[2J"}).encode()

    with stranger(answer) as (elsewhere, _):
        shown = [anybody("ls", *options, MOODROP_URL=elsewhere) for options in ([], ["--csv"], ["--json"])]
    with stranger(problem, 400) as (elsewhere, _):
        shown.append(anybody("ls", MOODROP_URL=elsewhere))

    assert [0, 0, 0, 6] == [ran.code for ran in shown]
    for ran in shown:
        assert not set(ran.out + ran.err) & set("\x1b\x07\r\x9b\u202e"), ran
    assert [2, 1] == [len(shown[1].lines), len(shown[3].err.splitlines())]


def test_a_header_that_begins_another_is_one_clear_line(anybody: Command) -> None:
    """There is no traceback, and the folder stays empty."""
    with stranger(json.dumps(HOSTILE_FILE).encode()) as (elsewhere, _):
        ran = anybody("get", str(HOSTILE_FILE["file_id"]), "-o", "there", MOODROP_URL=elsewhere)

    assert (8, "") == (ran.code, ran.out)
    assert "server_unknown" in one_line(ran)
    assert [] == list((anybody.home / "there").iterdir())


@pytest.mark.parametrize("address", ["http://user:password@127.0.0.1", "http://127.0.0.1/\r\nX: y", "http://a b"])
def test_an_address_that_says_more_is_told(anybody: Command, address: str) -> None:
    """Tokens do not belong in addresses; a name before the @ often imitates a host."""
    ran = anybody("ls", MOODROP_URL=address)

    assert 2 == ran.code
    assert "is not an address" in one_line(ran)


def test_the_profile_is_not_read_through_a_link(anybody: Command, url: str, token: str) -> None:
    """Login replaces the link by a file, and makes the folder private."""
    folder, elsewhere = profile(anybody).parent, anybody.home / "elsewhere.json"
    folder.mkdir(parents=True, mode=0o755)
    elsewhere.write_text(json.dumps({"url": "http://evil.example", "token": None}))
    profile(anybody).symlink_to(elsewhere)

    refused = anybody("ls")
    ran = anybody("login", url, "--token", token)

    assert (2, True) == (refused.code, "it is a link" in one_line(refused))
    assert 0 == ran.code, ran.err
    assert (0o600, False) == (stat.S_IMODE(profile(anybody).lstat().st_mode), profile(anybody).is_symlink())
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert "evil" in elsewhere.read_text()


@pytest.mark.parametrize("home", ["/proc/nowhere", "/sys", "~"])
def test_no_home_is_needed(anybody: Command, url: str, token: str, home: str) -> None:
    """In a container the user may have none, or one that is read-only."""
    (anybody.home / "music").mkdir()
    (anybody.home / "music" / "a.mp3").write_bytes(b"song")
    known = {"HOME": home, "MOODROP_URL": url, "MOODROP_TOKEN": token}

    for command in (["ls"], ["sync", "music"]):
        ran = anybody(*command, **known)
        assert 0 == ran.code, (command, ran)
    # The second sync reads the file again, and says why.
    assert "digests are not stored" in one_line(anybody("sync", "music", **known))
    refused = anybody("login", url, "--token", token, **known)
    assert (7, True) == (refused.code, "Set MOODROP_URL and MOODROP_TOKEN instead" in one_line(refused))


@pytest.mark.parametrize("given", ["", "relative"])
def test_folders_that_are_not_absolute_are_ignored(anybody: Command, url: str, token: str, given: str) -> None:
    """As the XDG specification requires: otherwise each working folder would have its own profile."""
    xdg = {"XDG_CONFIG_HOME": given, "XDG_CACHE_HOME": given}

    assert 0 == anybody("login", url, "--token", token, **xdg).code

    assert profile(anybody).is_file()
    assert [".config"] == [path.name for path in anybody.home.iterdir()]
    assert 0 == anybody("ls", **xdg).code


@contextmanager
def stranger(answer: bytes = b"hello", status: int = 200) -> Iterator[tuple[str, list[str | None]]]:
    """A server that is not Moodrop, and the tokens that it received."""
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
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()
