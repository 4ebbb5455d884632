"""Every setting, run through everything that reads one, so that no reader ignores what another obeys.

Each reader shows its result for some settings, without a network. The table says which readers another value changes. A
setting without a row fails; so does a reader that starts or stops obeying a setting.
"""

# ruff: noqa: SLF001 - what is read shows at the private edge of a reader

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Response

from dev import stack
from dev.credentials import Credentials as StoreCredentials
from dev.project import ROOT
from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.api.cookies import set_session_id
from service.store.checks import browser
from service.store.checks.browser import browser_checks
from service.store.checks.probe import SigningPair, StoreProbe
from service.store.s3.head import HeadSender
from service.store.s3.setup import StoreSetup
from service.store.s3.store import s3_client
from service.store.s3.urls import S3Urls
from service.store.sigv4.query import Credentials
from service.uploads.policy import Policy
from tests.builders import KEYRING
from tests.helpers.setting_docs import EXAMPLE, ROWS
from worker.settings import WorkerSettings

AT = datetime(2026, 11, 21, 9, 21, 52, tzinfo=UTC)
PAIR = SigningPair(Credentials("upload-key", "upload-secret"), Credentials("download-key", "download-secret"))
OWN, PUBLIC, APP = "http://127.0.0.1:5000", "https://moodrop.example", "capacitor://localhost"
RANDOM = "4f1d0a9b3c7e5d2f8a6b"
READERS: dict[str, Callable[[Settings, Ports], Any]] = {}


def reader(read: Callable[[Settings, Ports], Any]) -> Callable[[Settings, Ports], Any]:
    READERS[read.__name__] = read
    return read


@reader
def page_policy(settings: Settings, ports: Ports) -> Any:
    return create_app(settings, ports).test_client().get("/healthz").headers["Content-Security-Policy"]


@reader
def service_cors(settings: Settings, ports: Ports) -> Any:
    client = create_app(settings, ports).test_client()
    answers = [client.get("/healthz", headers={"Origin": origin}) for origin in (OWN, PUBLIC, APP)]
    return [answer.headers.get("Access-Control-Allow-Origin") for answer in answers]


@reader
def guards(settings: Settings, ports: Ports) -> Any:
    client = create_app(settings, ports).test_client()
    asked = [("127.0.0.1:5000", origin) for origin in (OWN, PUBLIC, APP)] + [("box.lan", "http://box.lan")]
    return [client.get("/v1/files", headers={"Host": host, "Origin": origin}).status_code for host, origin in asked]


@reader
def cookies(settings: Settings, ports: Ports) -> Any:
    response = Response()
    with create_app(settings, ports).test_request_context(base_url=OWN):
        set_session_id(response, settings, "id", 60)
    return re.sub("Expires=[^;]*", "", response.headers["Set-Cookie"])


@reader
def limits(settings: Settings, ports: Ports) -> Any:
    return Policy.from_settings(settings)


@reader
def listening(settings: Settings, ports: Ports) -> Any:
    return settings.address


@reader
def warnings(settings: Settings, ports: Ports) -> Any:
    return settings.warnings


@reader
def bucket_cors(settings: Settings, ports: Ports) -> Any:
    request: dict[str, Any] = {}
    client: Any = SimpleNamespace(put_bucket_cors=lambda **arguments: request.update(arguments))
    StoreSetup(settings, client, KEYRING)._allow_origins("music")
    return request["CORSConfiguration"]["CORSRules"][0]["AllowedOrigins"]


@reader
def signed_urls(settings: Settings, ports: Ports) -> Any:
    urls = S3Urls(settings)
    urls.sign_with(PAIR)
    put = urls.presign_put("music", "uploads/a", headers={}, at=AT, expires_in=60)
    get = urls.presign_get("music", "uploads/a", params={}, at=AT, expires_in=60)
    post = urls.presign_post("music", "uploads/a", fields={}, min_size_bytes=0, max_size_bytes=1, at=AT, expires_in=60)
    return put.url, get.url, post.url, post.fields


@reader
def own_requests(settings: Settings, ports: Ports) -> Any:
    client: Any = s3_client(settings)
    keys = client._request_signer._credentials
    return client.meta.endpoint_url, client.meta.region_name, client.meta.config.s3, keys.access_key, keys.secret_key


@reader
def own_heads(settings: Settings, ports: Ports) -> Any:
    sender = HeadSender(settings, connect_timeout=1, read_timeout=1)
    return sender._signer.sign("HEAD", "music", "uploads/a", at=AT, headers={}, params={})


@reader
def listing_probe(settings: Settings, ports: Ports) -> Any:
    probe = StoreProbe(
        settings, PAIR, "music", purge=lambda *_: None, purge_below=lambda *_: None, head=lambda *_: None
    )
    return probe._listing_url().partition("?")[0]


@reader
def browser_probe(settings: Settings, ports: Ports) -> Any:
    asked = []

    def request(method: str, url: str, *, headers: dict[str, str], **_: object) -> Any:
        asked.append((method, url.partition("?")[0], headers["Origin"]))
        return SimpleNamespace(status=200, headers={}, data=b"")

    @contextmanager
    def pool(url: str) -> Iterator[Any]:
        asked.append(("pool", url, ""))
        yield SimpleNamespace(request=request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser, "store_pool", pool)
        browser_checks(settings, PAIR, "music", "uploads/a")
    return asked


@reader
def launcher(settings: Settings, ports: Ports) -> Any:
    """Run `make run` with only the settings that differ from the defaults."""
    options: dict[str, Any] = {}

    def start(*_: object, **keywords: Any) -> Any:
        options.update(keywords)
        return SimpleNamespace(endpoint="http://127.0.0.1:9000", port=9000)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack, "start_minio", start)
        patch.setattr(stack, "free_port", lambda preferred: preferred)
        patch.setattr(stack, "ensure_credentials", lambda path: StoreCredentials("key", "secret", RANDOM))
        run = stack.Stack(given := environment_of(settings))
        run.start_minio()
    # It makes the credentials of the store that it starts.
    passed = {name: run.service_environment()[name] for name in given if name not in run.made}
    assert passed == {name: value for name, value in given.items() if name not in run.made}
    return run.address, run.notice, options.get("host"), options.get("cors_origins")


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the settings that differ from the defaults, as a file would have them."""
    written = {}
    for name, about in Settings.model_fields.items():
        value = getattr(settings, name)
        value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        default = about.default.get_secret_value() if hasattr(about.default, "get_secret_value") else about.default
        if value != default:
            text = ",".join(value) if isinstance(value, tuple) else str(int(value) if value is True else value)
            written[name.upper()] = text
    return {**written, "AUTH_MODE": settings.auth_mode}


# --- the table -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """Another value and the readers that it changes, or the test file that covers the setting."""

    value: Any = None
    changes: set[str] = field(default_factory=set)
    beside: dict[str, Any] = field(default_factory=dict)
    tested_by: str = ""


STORE = {"own_requests", "own_heads"}
PAGES = {"bucket_cors", "browser_probe", "launcher"}
TABLE = {
    "minio_endpoint": Row(
        "http://127.0.0.1:9999",
        {*STORE, "listing_probe", "browser_probe", "page_policy", "signed_urls", "launcher"},
    ),
    "minio_public_endpoint": Row("http://localhost:9998", {"browser_probe", "page_policy", "signed_urls"}),
    "minio_addressing_style": Row("virtual", {*STORE, "listing_probe", "browser_probe", "page_policy", "signed_urls"}),
    "minio_region": Row("eu-west-1", {*STORE, "signed_urls"}),
    "minio_access_key": Row(RANDOM, STORE),
    "minio_secret_key": Row(RANDOM, STORE),
    "minio_bucket": Row("music", {"limits"}),
    "minio_bucket_by_type": Row("video/*=films", {"limits"}),
    "store_2_endpoint": Row("http://127.0.0.1:9997", {"page_policy", "limits"}),
    "public_url": Row(PUBLIC, {*PAGES, "guards", "cookies", "warnings"}),
    "cors_origins": Row(f"{APP}/", {*PAGES, "guards", "service_cors"}),
    "host": Row("127.0.0.2", {*PAGES, "listening"}),
    "port": Row(5001, {*PAGES, "listening"}),
    "auth_mode": Row("jwt", {"guards"}, {"jwt_secret": "a3f1c07be95d2486013bd7fa6e28c594"}),
    "allow_open_on_network": Row("1", {"guards"}),
    "upload_url_expires_in": Row(61, {"limits"}),
    "download_url_expires_in": Row(61, {"limits"}),
    "pending_expires_in": Row(61, {"limits"}),
    "max_upload_bytes": Row(61, {"limits"}),
    "max_pending_bytes": Row(0, {"limits"}),
    "quota_bytes": Row(61, {"limits"}),
    "quota_files": Row(61, {"limits"}),
    "quota_pending": Row(61, {"limits"}),
    "put_max_bytes": Row(61, {"limits"}),
    "allowed_content_types": Row("audio/*", {"limits"}),
    "moods": Row("calm", {"limits"}),
    "object_store": Row(tested_by="tests/integration/test_startup.py"),
    "minio_upload_access_key": Row(tested_by="tests/integration/test_doctor.py"),
    "minio_upload_secret_key": Row(tested_by="tests/shared/test_safe_logging.py"),
    "minio_download_access_key": Row(tested_by="tests/shared/test_safe_logging.py"),
    "minio_download_secret_key": Row(tested_by="tests/shared/test_safe_logging.py"),
    "minio_worker_access_key": Row(tested_by="tests/integration/test_worker_account.py"),
    "minio_worker_secret_key": Row(tested_by="tests/integration/test_worker_account.py"),
    "minio_events_arn": Row(tested_by="tests/integration/test_events.py"),
    "events_secret": Row(tested_by="tests/uploads/api/test_events.py"),
    **{
        name: Row(tested_by="tests/store/test_two_stores.py")
        for name in Settings.model_fields
        if name == "store_name" or (name.startswith("store_2_") and name != "store_2_endpoint")
    },
    "waived_checks": Row(tested_by="tests/integration/test_doctor.py"),
    "mongodb_uri": Row(tested_by="tests/conftest.py"),
    "mongodb_database": Row(tested_by="tests/conftest.py"),
    "trusted_proxies": Row(tested_by="tests/shared/api/test_proxies.py"),
    "secret_key": Row(tested_by="tests/integration/test_secret_key.py"),
    "server": Row(tested_by="tests/server/test_granian_options.py"),
    "web_root": Row(tested_by="tests/operations/api/test_page.py"),
    "frame_ancestors": Row(tested_by="tests/operations/api/test_page.py"),
    "page_worker": Row(tested_by="tests/operations/api/test_page.py"),
    "jwt_jwks_url": Row(tested_by="tests/integration/test_identity_provider.py"),
    "jwt_secret": Row(tested_by="tests/accounts/test_jwt_auth.py"),
    "jwt_issuer": Row(tested_by="tests/accounts/test_jwt_auth.py"),
    "jwt_audience": Row(tested_by="tests/accounts/test_jwt_auth.py"),
    "guests": Row(tested_by="tests/accounts/api/test_guests.py"),
    "guest_expires_in": Row(tested_by="tests/accounts/api/test_guests.py"),
    "sign_up": Row(tested_by="tests/accounts/api/test_auth.py"),
    "session_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "session_idle_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "code_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "smtp_url": Row(tested_by="tests/accounts/test_smtp_mailer.py"),
    "mail_from": Row(tested_by="tests/accounts/test_smtp_mailer.py"),
    "mail_page": Row(tested_by="tests/accounts/api/test_mail_page.py"),
    "access_token_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "refresh_token_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "api_key_expires_in": Row(tested_by="tests/accounts/api/test_settings.py"),
    "password_memory_kib": Row(tested_by="tests/accounts/api/test_settings.py"),
    "webhook_urls": Row(tested_by="tests/webhooks/test_settings.py"),
    "webhook_events": Row(tested_by="tests/webhooks/test_settings.py"),
    "job_broker_url": Row(tested_by="tests/jobs/test_settings.py"),
    "media": Row(tested_by="tests/media/test_settings.py"),
    "media_fill_tags": Row(tested_by="tests/media/test_settings.py"),
    "media_url_expires_in": Row(tested_by="tests/media/test_settings.py"),
    "media_video": Row(tested_by="tests/media/test_settings.py"),
    "scanner_url": Row(tested_by="tests/media/test_settings.py"),
    "history": Row(tested_by="tests/listening/test_settings.py"),
    "history_keep_days": Row(tested_by="tests/listening/test_settings.py"),
    "call_limits": Row(tested_by="tests/shared/api/test_call_limits.py"),
    "call_limits_by_address": Row(tested_by="tests/shared/api/test_call_limits.py"),
    "recommender_url": Row(tested_by="tests/listening/test_settings.py"),
    "recommender_token": Row(tested_by="tests/listening/test_settings.py"),
    "rate_limits": Row(tested_by="tests/accounts/api/test_settings.py"),
    **{
        name: Row(tested_by="tests/accounts/test_provider_settings.py")
        for name in (
            *("google_client_id", "google_client_secret", "github_client_id", "github_client_secret"),
            *("oidc_name", "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_trusts_email"),
        )
    },
    "sweep_interval": Row(tested_by="tests/integration/test_sweeper.py"),
    "log_level": Row(tested_by="tests/integration/test_request_log.py"),
    "metrics_port": Row(tested_by="tests/integration/test_metrics.py"),
    "metrics_host": Row(tested_by="tests/server/test_metrics_settings.py"),
    "otel_exporter_otlp_endpoint": Row(tested_by="tests/integration/test_tracing.py"),
    "otel_exporter_otlp_headers": Row(tested_by="tests/integration/test_tracing.py"),
    "request_log": Row(tested_by="tests/integration/test_request_log.py"),
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what the shell has set, because it is not under test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_every_setting_has_a_row() -> None:
    """A new setting needs a row here that names its readers, and an entry in the docs and in .env.example."""
    assert set(TABLE) == set(Settings.model_fields)
    of_the_worker = {name.upper() for name in WorkerSettings.model_fields}
    assert {name.upper() for name in TABLE} | of_the_worker == set(EXAMPLE) == set(ROWS)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.tested_by])
def test_a_setting_changes_exactly_these_readers(name: str, ports: Ports) -> None:
    """An unlisted reader must keep the default's result."""
    row = TABLE[name]
    before = Settings(auth_mode="open")
    after = Settings(**{"auth_mode": "open", **row.beside, name: row.value})

    def seen(settings: Settings) -> dict[str, Any]:
        its = replace(ports, policy=Policy.from_settings(settings))
        return {reader: read(settings, its) for reader, read in READERS.items()}

    old, new = seen(before), seen(after)

    assert {reader for reader in READERS if old[reader] != new[reader]} == row.changes


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.tested_by])
def test_what_no_reader_shows_is_held_elsewhere(name: str) -> None:
    """By a test that names it."""
    assert name in Path(ROOT, TABLE[name].tested_by).read_text(encoding="utf-8")
