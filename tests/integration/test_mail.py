"""Mail of the service in its own processes: it arrives soon, survives kill -9, and leaves no code behind."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from pymongo import MongoClient

from service.app import create_app
from service.settings import Settings
from tests.conftest import Service, Store, settings_for
from tests.helpers.accounts import EMAIL, PASSWORD
from tests.helpers.mail_server import MailServer, running_mail_server

pytestmark = pytest.mark.real
SOON_S = 3
LONGEST_S = 30


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server that takes everything."""
    with running_mail_server() as running:
        yield running


@pytest.fixture
def settings(minio: Store, mongod: Any, signing_keys: dict[str, str], server: MailServer) -> Settings:
    """Accounts whose mails go to the server."""
    mail = {"smtp_url": f"smtp://127.0.0.1:{server.port}", "mail_from": "moodrop@example.com"}
    return settings_for(minio, mongod, auth_mode="accounts", password_memory_kib=8192, **mail, **signing_keys)


@pytest.fixture
def database(settings: Settings) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](settings.mongodb_uri, tz_aware=True) as client:
        yield client[settings.mongodb_database]


def post(service: Service, path: str, **body: str) -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": "application/json", "Origin": service.url}
    return urllib3.request("POST", service.url + path, body=json.dumps(body), headers=headers, retries=False)


def code_in(server: MailServer) -> str:
    """The digits of the last mail."""
    text = server.mails[-1].get_body(("plain",))
    assert text
    return next(line.strip() for line in text.get_content().splitlines() if line.startswith("    "))


def test_the_first_mail_arrives_within_three_seconds_and_its_code_registers(
    serve: Callable[..., Service], settings: Settings, server: MailServer, database: Any
) -> None:
    """Whichever worker took the request; then the outbox is empty."""
    service = serve(settings, workers=2)
    started = time.monotonic()
    asked = post(service, "/api/auth/register", email=EMAIL, password=PASSWORD)
    assert asked.status == 202, asked.data
    assert server.wait_for(1, SOON_S)
    assert time.monotonic() - started < SOON_S

    proof = {"email": EMAIL, "code": code_in(server), "verification_token": asked.json()["verification_token"]}
    assert post(service, "/api/auth/verify-email", **proof).status == 201
    service.stop()
    assert database["outbox"].count_documents({}) == 0


def test_a_worker_killed_while_it_sends_loses_no_mail(
    serve: Callable[..., Service], settings: Settings, server: MailServer, database: Any
) -> None:
    """The server has taken it, but the worker never learns: it comes a second time, and not a third."""
    service = serve(settings)

    def kill() -> None:
        service.kill()

    server.before_answer = kill
    assert post(service, "/api/auth/register", email=EMAIL, password=PASSWORD).status == 202
    assert server.wait_for(1, LONGEST_S)
    service.process.wait(LONGEST_S)
    server.before_answer = lambda: None
    waiting = database["outbox"].find_one({})
    assert (waiting["state"], waiting["tries"]) == ("due", 1)
    # As if the minute of the lease were over.
    database["outbox"].update_one({}, {"$set": {"not_before": datetime(2026, 1, 1, tzinfo=UTC)}})

    follower = serve(settings)
    assert server.wait_for(2, LONGEST_S)
    follower.stop()

    assert len(server.mails) == 2
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert database["outbox"].count_documents({}) == 0


def test_a_dump_of_the_database_and_the_log_hold_no_code_and_the_log_no_address(
    serve: Callable[..., Service], settings: Settings, server: MailServer, database: Any
) -> None:
    """Neither while the mail waits, nor once it was sent or refused; nor is the link's token there."""
    service = serve(settings)
    at_server, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        at_server.set()
        go_on.wait(LONGEST_S)

    server.before_answer = wait
    post(service, "/api/auth/register", email=EMAIL, password=PASSWORD)
    assert at_server.wait(LONGEST_S)
    code, link = code_in(server), server.mails[-1].as_string()
    dump = everything_in(database)
    go_on.set()
    for answer, email in (("550", "bob@example.com"), ("451", "eve@example.com")):
        server.recipient_answer = f"{answer} not {email}"
        post(service, "/api/auth/register", email=email, password=PASSWORD)
        wait_for_line(service, f"it answered {answer}")
    service.stop()

    assert '"template": "verify"' in dump
    for text in (dump, everything_in(database), service.log.read_text()):
        assert not contains_number(text, code)
        assert token_of(link) not in text
    assert "@example.com" not in service.log.read_text()


def test_one_worker_looks_after_accounts(serve: Callable[..., Service], settings: Settings, database: Any) -> None:
    """Beside the sweep, by a lease of its own, which it gives back at the end."""
    service = serve(settings, workers=2, SWEEP_INTERVAL="1")
    until = time.monotonic() + LONGEST_S
    while not database["leases"].find_one({"_id": "accounts"}):
        assert time.monotonic() < until, service.log.read_text()
        time.sleep(0.1)
    service.stop()
    assert database["leases"].find_one({"_id": "accounts"}) is None


def wait_for_line(service: Service, text: str) -> None:
    """Return once the log has it."""
    until = time.monotonic() + LONGEST_S
    while text not in service.log.read_text():
        assert time.monotonic() < until, service.log.read_text()
        time.sleep(0.1)


def everything_in(database: Any) -> str:
    """All documents as text."""
    documents = [document for name in database.list_collection_names() for document in database[name].find()]
    return "\n".join(json.dumps(document, default=str) for document in documents)


def contains_number(text: str, number: str) -> bool:
    """Whether the number stands there by itself, not as a part of an id or a hash."""
    return any(word.strip('",:{}[]()') == number for word in text.split())


def token_of(mail: str) -> str:
    """The secret part of the link in the mail."""
    quoted = mail.replace("=\n", "")
    return quoted.partition("/verify#")[2].split()[0].partition(".")[2].rstrip('"')


@pytest.mark.parametrize(("is_up", "result"), [(True, "ok"), (False, "failed")])
def test_the_doctor_connects_to_the_mail_server(settings: Settings, is_up: bool, result: str, tmp_path: Path) -> None:
    """It says which server, and sends nothing."""
    if not is_up:
        settings = settings.model_copy(update={"smtp_url": type(settings.smtp_url)("smtp://127.0.0.1:1")})
    app = create_app(settings)
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    app.extensions["moodrop"].ports.records.close()

    [check] = [check for check in json.loads(done.output)["checks"] if check["name"] == "mail"]
    assert (check["result"], done.exit_code) == (result, 0 if is_up else 1)
