"""The settings that `make run` gives to the service."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dev import stack
from dev.credentials import Credentials
from dev.stack import Stack
from service.settings import Settings
from service.shared.secret_keys import weakness_of

SMTP = {"SMTP_URL": "smtps://mail.example", "MAIL_FROM": "moodrop@example.com"}
IDENTITY = ("AUTH_MODE", "GUESTS", "MAIL_PAGE", "PUBLIC_URL")


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        ({}, ("accounts", "local", "1", None)),
        ({"STORE": "moto"}, ("accounts", "local", "1", None)),
        ({"GUESTS": "off"}, ("accounts", "off", "1", None)),
        (SMTP, ("accounts", "local", None, None)),
        ({"JWT_SECRET": "s" * 32}, (None, None, None, None)),
        ({"JWT_JWKS_URL": "https://id.example/jwks.json"}, (None, None, None, None)),
        ({"AUTH_MODE": "jwt"}, ("jwt", None, None, None)),
        ({"AUTH_MODE": "open"}, ("open", None, None, None)),
        ({"HOST": "192.168.1.4"}, ("open", None, None, None)),
        ({"HOST": "192.168.1.4", **SMTP}, ("accounts", None, None, "http://192.168.1.4:5000")),
        ({"HOST": "192.168.1.4", "QUOTA_BYTES": "1", **SMTP}, ("accounts", "own", None, "http://192.168.1.4:5000")),
    ],
)
def test_people_sign_in_as_the_settings_say(given: dict[str, str], identity: tuple[str | None, ...]) -> None:
    """This machine's guest by default, who may create an account; whatever is set is left alone."""
    environment = Stack(given).service_environment()

    assert tuple(environment.get(name) for name in IDENTITY) == identity


@pytest.mark.parametrize("given", [{}, SMTP, {"HOST": "192.168.1.4", "QUOTA_BYTES": "1", **SMTP}])
def test_the_service_takes_the_settings_of_accounts(given: dict[str, str]) -> None:
    """They need each other: a mail server or the page of mails, an address for links."""
    run = Stack({**given, "SECRET_KEY": "4f1d0a9b3c7e5d2f8a6b4f1d0a9b3c7e"})
    environment = {name.lower(): value for name, value in run.service_environment().items()}

    assert Settings(**environment).auth_mode == "accounts"


def test_the_service_gets_a_key_that_is_kept_or_the_one_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run has the same key, so tokens stay valid; the demo, which keeps nothing, has a new one each time."""
    monkeypatch.setattr(stack, "STATE", tmp_path)

    def given_to_the_service(**given: str) -> str:
        made = Stack(given)
        made.set_secret_key()
        return made.service_environment()["SECRET_KEY"]

    first, again = given_to_the_service(), given_to_the_service()
    demos = [given_to_the_service(STORE="moto") for _ in range(2)]

    assert first == again
    assert given_to_the_service(SECRET_KEY="mine") == given_to_the_service(STORE="moto", SECRET_KEY="mine") == "mine"
    assert len({first, *demos}) == 3
    assert [weakness_of(key) for key in (first, *demos)] == [None] * 3


# --- who may reach what ----------------------------------------------------------------------------
def started(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Stack, dict[str, Any]]:
    """Return a run whose MinIO has started, and the arguments of that start; nothing really runs."""
    arguments: dict[str, Any] = {}

    def start(*_: object, **given: Any) -> Any:
        arguments.update(given)
        return SimpleNamespace(endpoint="http://127.0.0.1:9000", port=9000)

    monkeypatch.setattr(stack, "start_minio", start)
    monkeypatch.setattr(stack, "free_port", lambda preferred: preferred)
    monkeypatch.setattr(stack, "ensure_credentials", lambda path: Credentials("key", "secret"))
    monkeypatch.setattr(stack, "lan_address", lambda: "192.168.1.4")
    monkeypatch.setattr(stack, "names", lambda: ["box", "box.local"])
    run = Stack(given)
    run.start_minio()
    return run, arguments


def test_by_itself_a_run_is_this_machines_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is the default."""
    run, minio = started({}, monkeypatch)

    assert (run.address, minio["host"], run.notice) == ("http://127.0.0.1:5000", "127.0.0.1", None)
    assert minio["cors_origins"] == ["http://127.0.0.1:5000", "http://localhost:5000"]
    assert "MINIO_PUBLIC_ENDPOINT" not in run.service_environment()


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("0.0.0.0", "192.168.1.4"),
        ("::", "192.168.1.4"),
        ("192.168.1.4", "192.168.1.4"),
        ("fd00::4", "[fd00::4]"),
        ("[fd00::4]", "[fd00::4]"),
        ("box.lan", "box.lan"),
    ],
)
def test_a_run_for_the_network_has_its_store_there_too(host: str, public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone must reach the page, and the URLs that the page gives it."""
    run, minio = started({"HOST": host, "PORT": "5001"}, monkeypatch)

    assert run.address == f"http://{public}:5001"
    assert minio["host"] == host.strip("[]")
    assert run.service_environment()["MINIO_PUBLIC_ENDPOINT"] == f"http://{public}:9000"
    assert run.service_environment()["MINIO_ENDPOINT"] == "http://127.0.0.1:9000"
    assert {f"http://{name}:5001" for name in (public, "box", "box.local")} <= set(minio["cors_origins"])
    assert "network" in str(run.notice)


def test_a_public_address_of_ones_own_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy serves the store, which then listens only where the proxy reaches it."""
    run, minio = started({"HOST": "0.0.0.0", "MINIO_PUBLIC_ENDPOINT": "https://files.example"}, monkeypatch)

    assert minio["host"] == "127.0.0.1"
    assert run.service_environment()["MINIO_PUBLIC_ENDPOINT"] == "https://files.example"


@pytest.mark.parametrize(
    "given", [{"MINIO_ENDPOINT": "http://localhost:9000"}, {"MINIO_PUBLIC_ENDPOINT": "http://[::1]"}]
)
def test_a_store_that_only_this_machine_reaches_is_told(given: dict[str, str]) -> None:
    """Others would see the page, but all their uploads would fail."""
    assert "Only this machine can upload" in str(Stack({"HOST": "0.0.0.0", **given}).notice)
    assert Stack(given).notice is None


def test_the_pages_that_may_send_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the form that browsers send; the service itself refuses wrong ones."""
    given = {
        "PUBLIC_URL": "https://Moodrop.example/",
        "CORS_ORIGINS": " capacitor://localhost/, https://a.example:443,*",
    }
    _, minio = started(given, monkeypatch)

    assert minio["cors_origins"][2:] == ["capacitor://localhost", "https://a.example", "https://moodrop.example"]


def test_the_service_and_the_store_call_each_other_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """They share a machine, whatever HTTP_PROXY says; other names in NO_PROXY stay."""
    given = {"HOST": "0.0.0.0", "HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intranet.example"}
    run, minio = started(given, monkeypatch)

    environment = run.service_environment()
    assert minio["webhook"].url.startswith("http://127.0.0.1:5000/")
    assert environment["HTTP_PROXY"] == "http://proxy:3128"
    assert environment["no_proxy"] == environment["NO_PROXY"]
    assert environment["NO_PROXY"].split(",") == ["intranet.example", "127.0.0.1", "localhost", "[::1]", "192.168.1.4"]


def test_an_empty_setting_is_none() -> None:
    """An empty WEB_CONCURRENCY would crash gunicorn with a traceback."""
    assert "WEB_CONCURRENCY" not in Stack({"WEB_CONCURRENCY": ""}).service_environment()
