"""Cookies and upload tokens on real servers: two workers, and gunicorn logging everything."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from dev.servers import MongodServer
from service.accounts.model import Origin
from service.accounts.usecases.api_keys import make_key, revoke_key
from service.accounts.usecases.sessions import end_session, open_account_session
from tests.conftest import Service, Store, settings_for
from tests.helpers.accounts import add_user
from tests.helpers.deployments import deployed_accounts
from tests.helpers.raw_http import send_raw
from tests.helpers.tokens import SECRET, bearer

pytestmark = pytest.mark.real

ROUNDS = 12  # either worker may get each request
FILE = {"filename": "a.mp3", "type": "audio/mpeg"}
BROKEN = b"GET /u/%s HTTP/9.9\r\nHost: x\r\n\r\n"


@pytest.fixture
def service(minio: Store, mongod: MongodServer, serve: Callable[..., Service]) -> Service:
    """Two workers that share only the secrets in their settings."""
    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_secret=SECRET)
    return serve(settings, workers=2, GUNICORN_CMD_ARGS="--access-logfile - --log-level debug")


def call(service: Service, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
    # A new connection each time, so that either worker may accept it.
    options["headers"] = {"Connection": "close", **options.get("headers", {})}
    return urllib3.request(method, service.url + path, retries=False, **options)


def test_who_signs_in_is_in_with_each_worker_and_out_with_each(service: Service) -> None:
    """Immediately."""
    response = call(service, "POST", "/v1/session", headers=bearer())
    sent = re.match(r"moodrop_session=[^;]+", response.headers["Set-Cookie"])
    assert sent
    mine = {"Cookie": sent[0], "Origin": service.url}

    assert {call(service, "GET", "/v1/files", headers=mine).status for _ in range(ROUNDS)} == {200}
    assert call(service, "DELETE", "/v1/session", headers={"Cookie": sent[0]}).status == 403
    assert call(service, "DELETE", "/v1/session", headers=mine).status == 204
    assert {call(service, "GET", "/v1/files", headers=mine).status for _ in range(ROUNDS)} == {401}


def test_what_ends_has_ended_with_each_worker(
    minio: Store, mongod: MongodServer, serve: Callable[..., Service]
) -> None:
    """A session, a key and an account, at the next request, though both workers have answered for them before."""
    with deployed_accounts(minio, mongod) as (settings, ports):
        user, nowhere = add_user(ports), Origin()
        cookies = [open_account_session(ports, user, "code", nowhere).cookie for _ in range(2)]
        keys = [make_key(ports, user, "a script", (), None, nowhere) for _ in range(2)]
        headers = [
            *({"Cookie": f"moodrop_session={cookie}"} for cookie in cookies),
            *({"Authorization": f"Bearer {text}"} for text, _ in keys),
        ]
        service = serve(settings, workers=2)

        def statuses() -> list[set[int]]:
            return [{call(service, "GET", "/v1/files", headers=each).status for _ in range(ROUNDS)} for each in headers]

        assert statuses() == [{200}, {200}, {200}, {200}]
        end_session(ports, cookies[0])
        revoke_key(ports, user.user_id, keys[0][1].key_id, nowhere)
        assert statuses() == [{401}, {200}, {401}, {200}]
        ports.accounts.users.change(user.user_id, {}, {"disabled_at": ports.now()})
        assert statuses() == [{401}, {401}, {401}, {401}]


def test_a_proxy_on_this_machine_is_believed_that_it_speaks_https(service: Service) -> None:
    """By gunicorn, from the header in docs/deploy.md; the cookie is then Secure."""
    proxied = {**bearer(), "X-Forwarded-Proto": "https", "Host": "moodrop.example"}

    response = call(service, "POST", "/v1/session", headers=proxied)
    url = call(service, "POST", "/v1/upload-tokens", headers=proxied).json()["companion_url"]

    assert re.match("__Host-moodrop_session=.*; Secure; ", response.headers["Set-Cookie"])
    assert url.startswith("https://moodrop.example/u/")


def test_an_upload_token_is_good_with_each_worker_and_in_no_log(service: Service) -> None:
    """Neither in the access log, gunicorn's debug log nor ours, even after an unreadable request."""
    made = call(service, "POST", "/v1/upload-tokens", headers=bearer()).json()["upload_token"]

    begun = [call(service, "GET", f"/u/{made}/s3/params", fields=FILE).status for _ in range(ROUNDS)]
    call(service, "GET", f"/u/{made}/nope", headers={"Referer": f"{service.url}/u/{made}/"})
    call(service, "GET", f"/u/{made}x/s3/params", fields=FILE)
    refused = send_raw(service.url, BROKEN % made.encode())
    service.stop()

    log = service.log.read_text()
    assert set(begun) == {200}
    assert log.count("/u/…/s3/params") > ROUNDS
    assert made not in log
    assert made.encode() not in refused
    assert made.rpartition(".")[2] not in log
