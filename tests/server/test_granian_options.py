"""SERVER: which server it starts, what granian is told, and what is named that granian ignores."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from dev.project import ROOT
from service.server.__main__ import command_of
from service.server.granian.options import not_honoured, options_of, workers_in
from service.server.limits import MAX_HEAD_BYTES
from service.settings import Settings

GRANIAN = [sys.executable, "-m", "service.server.granian"]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:service.server.gunicorn_conf", "service.wsgi:app"]
ENVIRONMENT = {"AUTH_MODE": "open", "SECRET_KEY": "5f8d0c1e9b7a43d2866f0e1c7d9a2b34e5c6f708", "PATH": ""}


def run(code: str, **given: str) -> tuple[str, str, int]:
    command = [sys.executable, "-c", f"import sys\n{code}"]
    done = subprocess.run(
        command, cwd=ROOT, env={**ENVIRONMENT, **given}, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.strip(), done.stderr, done.returncode


@pytest.mark.parametrize("given", ["", "gunicorn", '"gunicorn"', "apache"])
def test_gunicorn_is_started_unless_another_is_named(given: str) -> None:
    """Its configuration refuses a name that is neither."""
    assert command_of(given) == GUNICORN


@pytest.mark.parametrize("given", ["granian", '"granian"', " granian\r\n"])
def test_granian_is_started_where_it_is_named(given: str) -> None:
    assert command_of(given) == GRANIAN


def test_an_unknown_server_is_refused_with_all_else_that_is_wrong() -> None:
    with pytest.raises(ValidationError, match="server"):
        Settings(auth_mode="open", server="apache")

    output, errors, status = run("import service.server.gunicorn_conf", SERVER="apache", PORT="0")

    assert (output, status) == ("", 1)
    assert "SERVER: must be 'gunicorn' or 'granian'" in errors
    assert "PORT: must be at least 1" in errors


def test_a_missing_extra_is_named() -> None:
    """Before anything is started."""
    code = (
        "sys.modules['granian'] = None\nfrom service.server.wsgi_settings import settings_or_exit; settings_or_exit()"
    )

    output, errors, status = run(code, SERVER="granian")

    assert (output, status) == ("", 1)
    assert "SERVER: needs the extra `granian`: pip install 'moodrop[service,granian]'" in errors


def test_the_parent_loads_no_adapter_and_no_app() -> None:
    """All later workers would inherit their old code and memory."""
    never = ("boto3", "flask", "service.app", "service.store.s3.store", "service.wsgi")
    code = "import service.server.granian.__main__\n"

    assert run(f"{code}print(*sorted(name for name in sys.modules if name in {never!r}))") == ("", "", 0)


def test_it_has_the_limits_of_gunicorn() -> None:
    """As far as it has such limits."""
    options = options_of(Settings(auth_mode="open", port=5001, log_level="warning"), 3)

    assert (options["address"], options["port"], options["workers"]) == ("127.0.0.1", 5001, 3)
    assert (options["blocking_threads"], options["workers_kill_timeout"]) == (8, 20)
    assert options["http1_settings"].header_read_timeout == 75_000
    assert options["http1_settings"].max_buffer_size == MAX_HEAD_BYTES
    assert (options["http"].value, options["websockets"], options["log_level"].value) == ("1", False, "warning")


@pytest.mark.parametrize(
    ("host", "address"), [("localhost", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1"), ("0.0.0.0", "0.0.0.0")]
)
def test_it_listens_on_the_address_of_a_name(host: str, address: str) -> None:
    settings = Settings(auth_mode="open", host=host, allow_open_on_network=True)

    assert options_of(settings, 1)["address"] == address


def test_a_host_without_an_address_stops_the_start() -> None:
    with pytest.raises(SystemExit, match=r"HOST=nowhere\.invalid has no address"):
        options_of(Settings(auth_mode="open", host="nowhere.invalid", allow_open_on_network=True), 1)


@pytest.mark.parametrize(("given", "count"), [({}, 1), ({"WEB_CONCURRENCY": ""}, 1), ({"WEB_CONCURRENCY": " 2 "}, 2)])
def test_the_number_of_workers_has_gunicorns_name(given: dict[str, str], count: int) -> None:
    assert workers_in(given) == count


@pytest.mark.parametrize("given", ["0", "-1", "two", "1.5", "²"])
def test_a_bad_number_of_workers_stops_the_start(given: str) -> None:
    with pytest.raises(SystemExit, match="WEB_CONCURRENCY must be a whole number"):
        workers_in({"WEB_CONCURRENCY": given})


def test_what_it_ignores_is_named() -> None:
    """Only if it is set, and without its value."""
    plain = Settings(auth_mode="open")
    given = {"GUNICORN_CMD_ARGS": "--planted", "FORWARDED_ALLOW_IPS": "planted", "GRANIAN_PORT": "planted"}

    assert list(not_honoured({"PATH": "/bin"}, plain)) == []
    named = list(not_honoured(given, plain.model_copy(update={"trusted_proxies": 1})))
    assert [line.split(" ")[0].rstrip(":") for line in named] == [*given, "TRUSTED_PROXIES"]
    assert "planted" not in "".join(named)
