"""`flask --app service doctor` on MinIO, on VersityGW, and on setups that are wrong in one way each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import urllib3
from flask import Flask
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from dev.ports import free_port
from dev.servers import MongodServer, start_versitygw
from service.app import create_app
from service.settings import Settings
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import NO_STREAMED_WRITES, download_policy, upload_policy
from service.store.s3.store import S3ObjectStore, s3_client
from service.store.sigv4.post import PostSigner
from service.store.sigv4.query import Credentials
from tests.builders import KEYRING, SONG
from tests.conftest import PAGE_ORIGIN, Store, settings_for
from tests.helpers.store_proxy import Proxy
from tests.helpers.store_uses import use, use_form, use_parts
from tests.provider import a_key, running_provider

pytestmark = pytest.mark.real

# Without accounts, VersityGW cannot restrict a credential.
LEAST_PRIVILEGE = ("upload_cannot_read", "upload_cannot_list", "upload_stays_in_prefix", "download_cannot_write")
ACCOUNTS = ("upload_account", "download_account")
ALL_CHECKS = {
    *("database", "store", "clock", "put", "write_once", "write_once_header", "length", "content_type", "checksum"),
    *("anonymous", "signature", "expiry", "copy_source", *LEAST_PRIVILEGE, "download"),
    *("multipart", "multipart_length", "multipart_write_once"),
    *("form", "part_listed_once", "part_retry", "part_digests"),
    *("public_endpoint", "cors", "cors_exposed", "cors_foreign", "versioning", "lifecycle", "checksum_kept"),
    *("foreign_headers", "unsigned_write", "half_body", "body_size", "download_reads_derived"),
}


@contextmanager
def app_of(settings: Settings) -> Iterator[Flask]:
    """Return the app on real ports; its connections are closed afterwards."""
    app = create_app(settings)
    yield app
    app.extensions["moodrop"].ports.records.close()


def doctor(settings: Settings, *options: str) -> tuple[int, str]:
    """Return its exit code and output."""
    with app_of(settings) as app:
        done = app.test_cli_runner().invoke(args=["doctor", *options])
    return done.exit_code, done.output


def examined(settings: Settings) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return its exit code and the checks by name; of several with one name, the first that failed."""
    code, output = doctor(settings, "--json")
    report = json.loads(output)
    assert report["ok"] == (code == 0)
    checks = sorted(report["checks"], key=lambda check: check["ok"], reverse=True)
    return code, {check["name"]: check for check in checks}


def failed(checks: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, check in checks.items() if check["result"] == "failed"}


# --- MinIO -----------------------------------------------------------------------------------------
def test_on_minio_all_is_well(settings: Settings) -> None:
    """Every check runs and prepares what a start would; a second run finds the same. There is one note."""
    for _ in range(2):
        code, checks = examined(settings)
        assert (code, failed(checks), set(checks)) == (0, set(), ALL_CHECKS)

    code, output = doctor(settings)
    lines = output.splitlines()
    assert code == 0
    assert lines[0].split() == ["check", "result", "found"]
    results = dict(line.split()[:2] for line in lines[1:])
    assert results == {**dict.fromkeys(ALL_CHECKS, "ok"), "foreign_headers": "note", "Note:": "Nothing"}
    assert settings.minio_secret_key.get_secret_value() not in output


def test_headers_that_minio_heeds_are_named(settings: Settings) -> None:
    """Refused headers and those without effect are left out; the note stops no start and needs no waiver."""
    code, checks = examined(settings)

    check = checks["foreign_headers"]
    assert (code, check["result"], check["ok"], check["must"], check["note"]) == (0, "note", False, False, True)
    assert check["found"] == (
        "heeded though not signed: x-amz-tagging, x-amz-storage-class, content-disposition, cache-control, "
        "x-minio-source-etag"
    )
    assert "confirm compares" in check["mend"]


@pytest.mark.parametrize(("unguarded", "taken"), [("upload", "uploads"), ("download", "downloads")])
def test_a_store_that_takes_unsigned_writes_is_refused(
    minio: Store, mongod: MongodServer, unguarded: str, taken: str
) -> None:
    """MinIO accepts them if an operator's policy lacks the Deny; doctor and start both refuse it."""
    settings = settings_for(minio, mongod)
    allowed, denied = upload_policy((settings.minio_bucket,))["Statement"]
    reads = download_policy((settings.minio_bucket,))["Statement"]
    upload = [allowed] if unguarded == "upload" else [allowed, denied]
    download = [*reads, *upload] if unguarded == "upload" else [reads[0], allowed]
    by_hand = {}
    for purpose, statements in (("upload", upload), ("download", download)):
        made = Credentials(f"by-hand-{uuid4().hex[:8]}", "s" * 40)
        policy = {"Version": "2012-10-17", "Statement": statements}
        assert MinioAccounts(settings).ensure(f"tests-{purpose}", made, policy) is None
        by_hand |= {f"minio_{purpose}_access_key": made.access_key, f"minio_{purpose}_secret_key": made.secret_key}
    settings = settings.model_copy(update={name: _typed(name, value) for name, value in by_hand.items()})

    code, checks = examined(settings)

    check = checks["unsigned_write"]
    assert (code, check["result"], check["must"]) == (1, "failed", True)
    assert check["found"] == "took unsigned: " + ", ".join(
        f"{what} by the key id of {taken}" for what in ("a new key", "a recorded version", "a part")
    )
    assert json.dumps(NO_STREAMED_WRITES) in check["mend"]
    assert "flask reconcile" in check["mend"]
    with app_of(settings) as app:
        answer = app.test_client().get("/v1/files").get_json()
    assert (answer["code"], "unsigned_write" in answer["detail"]) == ("store_unsafe", True)
    keys = [row["Key"] for row in s3_client(settings).list_objects_v2(Bucket=settings.minio_bucket).get("Contents", [])]
    assert keys == []


def _typed(name: str, value: str) -> str | SecretStr:
    return SecretStr(value) if "_secret_" in name else value


def test_every_bucket_is_looked_at(minio: Store, mongod: MongodServer) -> None:
    """By name, if there are several."""
    settings = settings_for(minio, mongod, minio_bucket_by_type=("video/*=videos-of-the-doctor",))

    code, output = doctor(settings)

    assert code == 0
    assert output.count("videos-of-the-doctor: ") == output.count(f"{settings.minio_bucket}: ") > 20


def test_a_page_that_the_store_does_not_know_is_found(minio: Store, mongod: MongodServer) -> None:
    """The fix is the setting to use; the check may be waived by name."""
    origins = {"cors_origins": ("https://app.example.com",), "host": "0.0.0.0", "allow_open_on_network": True}

    code, checks = examined(settings_for(minio, mongod, **origins))
    assert (code, failed(checks)) == (1, {"cors", "cors_exposed"})
    assert "MINIO_API_CORS_ALLOW_ORIGIN=https://app.example.com on MinIO" in checks["cors"]["mend"]

    waived = settings_for(minio, mongod, **origins, waived_checks=("cors", "cors_exposed"))
    code, checks = examined(waived)
    assert (code, checks["cors"]["result"], checks["cors"]["ok"]) == (0, "waived", False)
    table = doctor(waived)[1]
    assert "cors                    waived" in table


def test_a_rule_that_deletes_files_is_found(settings: Settings) -> None:
    """Rules for other keys are left alone."""
    assert doctor(settings)[0] == 0
    client = s3_client(settings)

    def rule(name: str, prefix: str, **what: Any) -> dict[str, Any]:
        return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": prefix}, **what}

    def put(*rules: Any) -> None:
        client.put_bucket_lifecycle_configuration(
            Bucket=settings.minio_bucket, LifecycleConfiguration={"Rules": list(rules)}
        )

    put(rule("logs", "logs/", Expiration={"Days": 1}))
    assert examined(settings)[0] == 0
    put(
        rule("old", "uploads/", NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        rule("all", "", Expiration={"Days": 30}),
    )
    code, output = doctor(settings)
    assert code == 1
    assert "Remove the rule 'old'" in output
    assert "Remove the rule 'all'" in output


def test_versioning_that_was_turned_off_comes_back(settings: Settings) -> None:
    """The doctor prepares the bucket as a start does."""
    doctor(settings)
    s3_client(settings).put_bucket_versioning(
        Bucket=settings.minio_bucket, VersioningConfiguration={"Status": "Suspended"}
    )

    assert examined(settings)[1]["versioning"]["result"] == "ok"


def test_a_public_address_that_nobody_answers_is_found(minio: Store, mongod: MongodServer) -> None:
    """The store itself works; the message names the setting."""
    nowhere = f"http://127.0.0.1:{free_port()}"

    code, checks = examined(settings_for(minio, mongod, minio_public_endpoint=nowhere))

    assert (code, failed(checks)) == (1, {"public_endpoint"})
    assert nowhere in checks["public_endpoint"]["found"]
    assert "MINIO_PUBLIC_ENDPOINT" in checks["public_endpoint"]["mend"]
    assert checks["cors"]["result"] == checks["cors_foreign"]["result"] == "ok", "what the store says is still checked"


@pytest.mark.parametrize(
    ("origins", "failing"), [([PAGE_ORIGIN], set()), (["https://elsewhere.example"], {"cors", "cors_exposed"})]
)
def test_localhost_in_a_container_is_no_failure(
    minio: Store, mongod: MongodServer, origins: list[str], failing: set[str]
) -> None:
    """There, localhost is the container and not where browsers reach the store. CORS is still checked."""
    settings = settings_for(
        minio,
        mongod,
        minio_public_endpoint=f"http://localhost:{free_port()}",
        cors_origins=origins,
    )
    # A local address that does not count as loopback, so the tests' weak keys would be refused.
    settings = settings.model_copy(update={"minio_endpoint": minio.endpoint.replace("127.0.0.1", "0.0.0.0")})

    code, checks = examined(settings)

    assert (code, failed(checks)) == (int(bool(failing)), failing)
    assert checks["public_endpoint"]["result"] == "note"


def test_what_does_not_answer_is_a_finding(minio: Store, mongod: MongodServer) -> None:
    """Store and database are named with their settings, without a traceback."""
    nowhere = f"127.0.0.1:{free_port()}"
    settings = settings_for(minio, mongod, minio_endpoint=f"http://{nowhere}", mongodb_uri=f"mongodb://{nowhere}/")

    code, checks = examined(settings)

    assert (code, failed(checks)) == (1, {"database", "store"})
    assert "MONGODB_URI" in checks["database"]["mend"]
    assert "MINIO_ENDPOINT" in checks["store"]["mend"]


def test_a_waived_check_that_does_not_exist_is_found(minio: Store, mongod: MongodServer) -> None:
    """A misspelt waiver would have no effect, and its author would not notice."""
    code, checks = examined(settings_for(minio, mongod, waived_checks=("write_onse",)))

    assert (code, failed(checks)) == (1, {"waived_checks"})
    assert "'write_onse'" in checks["waived_checks"]["found"]


# --- what stands in between --------------------------------------------------------------------------
@pytest.fixture
def host_changer(minio: Store) -> Iterator[str]:
    """A proxy that sends its own Host, which is the usual mistake."""
    proxy = Proxy(minio.endpoint)
    yield proxy.url
    proxy.stop()


def test_a_proxy_that_changes_the_host_is_found(minio: Store, mongod: MongodServer, host_changer: str) -> None:
    """The signature covers Host, so every browser upload would fail."""
    code, checks = examined(settings_for(minio, mongod, minio_public_endpoint=host_changer))

    assert (code, failed(checks)) == (1, {"public_endpoint"})
    assert "403" in checks["public_endpoint"]["found"]
    assert "Host header" in checks["public_endpoint"]["mend"]


@pytest.mark.parametrize(("hangs_up", "complaint"), [(False, "answered 413"), (True, "broke off after")])
def test_a_proxy_that_takes_no_large_body_is_found(
    minio: Store, mongod: MongodServer, hangs_up: bool, complaint: str
) -> None:
    """By default nginx accepts one megabyte: small songs arrive, and large ones seem to hit a network failure."""
    proxy = Proxy(minio.endpoint, drop=(), largest=1024 * 1024, hangs_up=hangs_up)
    settings = settings_for(minio, mongod, minio_public_endpoint=proxy.url)
    try:
        code, checks = examined(settings)
    finally:
        proxy.stop()

    assert (code, failed(checks)) == (1, {"body_size"})
    assert f"{proxy.url} {complaint}" in checks["body_size"]["found"]
    assert "client_max_body_size" in checks["body_size"]["mend"]
    assert str(settings.put_max_bytes) in checks["body_size"]["mend"]
    assert "Contents" not in s3_client(settings).list_objects_v2(Bucket=settings.minio_bucket)


@pytest.fixture(scope="module")
def overwriting_store() -> Iterator[str]:
    """A store that ignores if-none-match (and signatures) for every kind of upload."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    proxy = Proxy(f"http://{host}:{port}", drop=("host", "if-none-match"))
    yield proxy.url
    proxy.stop()
    moto.stop()


def test_a_store_that_ignores_if_none_match_is_told_in_words(
    minio: Store, mongod: MongodServer, overwriting_store: str
) -> None:
    """It stops a start, and the doctor explains the consequence."""
    code, checks = examined(settings_for(minio, mongod, minio_endpoint=overwriting_store))

    assert code == 1
    assert {"write_once", "write_once_header", "signature", "multipart_write_once"} <= failed(checks)
    assert checks["write_once"]["must"]
    assert checks["multipart_write_once"]["must"]
    assert "does not enforce 'if-none-match'" in checks["write_once"]["mend"]


@pytest.fixture
def rewriting_store(minio: Store, mongod: MongodServer) -> Iterator[str]:
    """A store that accepts a write-once PUT again and again."""
    root = s3_client(settings_for(minio, mongod))

    def make_room(path: str) -> None:
        _, bucket, key = path.split("/", 2)
        root.delete_object(Bucket=bucket, Key=key)

    proxy = Proxy(minio.endpoint, drop=(), make_room=make_room)
    yield proxy.url
    proxy.stop()


def test_where_puts_are_not_written_once_files_go_in_parts(
    minio: Store, mongod: MongodServer, rewriting_store: str
) -> None:
    """Even small ones, so no URL can change a confirmed file. An empty file has no parts."""
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
    with app_of(settings_for(minio, mongod, minio_endpoint=rewriting_store)) as app:
        client = app.test_client()
        empty = client.post("/v1/uploads", json={**new, "size_bytes": 0}).get_json()
        started = client.post("/v1/uploads", json=new).get_json()
        [part] = started["transfer"]["parts"]
        sent = urllib3.request("PUT", part["url"], body=SONG, retries=False).status
        file = client.post(f"/v1/uploads/{started['upload_id']}/confirm").get_json()
        again = urllib3.request("PUT", part["url"], body=b"x" * len(SONG), retries=False).status
        url = client.get(f"/v1/files/{file['file_id']}/download").get_json()["url"]

        assert (empty["transfer"]["kind"], started["transfer"]["kind"]) == ("put", "multipart")
        assert (sent, again) == (200, 404)
        assert urllib3.request("GET", url, retries=False).data == SONG


def test_where_puts_are_not_written_once_multipart_uploads_seal(
    minio: Store, mongod: MongodServer, rewriting_store: str
) -> None:
    """No waiver is needed: both checks are only advice, and PUTs are not used as sealed."""
    settings = settings_for(minio, mongod, minio_endpoint=rewriting_store)
    checks = examined(settings)[1]
    store = S3ObjectStore(settings, KEYRING)
    store.prepare((settings.minio_bucket,))
    assert store.seals_puts
    store.check(settings.minio_bucket)

    assert {name: checks[name]["found"] for name in failed(checks)} == {"write_once": "answered 200"}
    assert not checks["write_once"]["must"]
    assert "multipart upload" in checks["write_once"]["mend"]
    assert not store.seals_puts


# --- the identity provider ---------------------------------------------------------------------------
def test_the_keys_of_the_identity_provider_are_looked_at(minio: Store, mongod: MongodServer) -> None:
    """As they are now; without a provider there is nothing to check."""
    with running_provider() as provider:
        settings = settings_for(minio, mongod, auth_mode="jwt", jwt_jwks_url=provider.url, jwt_audience="moodrop")
        provider.publish(a_key("ES256"), a_key("RS256"))
        code, checks = examined(settings)
        assert (code, checks["identity"]["found"]) == (0, f"{provider.url} answers with ES256, RS256")

        symmetric = {"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}
        encrypting = {**a_key("RS256").public, "use": "enc"}
        for keys, body, status in [
            ([symmetric], None, 200),
            ([encrypting], None, 200),
            ([], None, 200),
            ([], b"<html>", 200),
            ([], None, 404),
        ]:
            provider.keys, provider.body, provider.status = keys, body, status
            code, checks = examined(settings)
            assert (code, failed(checks), checks["identity"]["must"]) == (1, {"identity"}, False)
            assert provider.url in checks["identity"]["found"]
            assert "JWT_JWKS_URL" in checks["identity"]["mend"]


def test_an_identity_provider_that_nobody_answers_is_found(minio: Store, mongod: MongodServer) -> None:
    """It stops no start: known keys still work, and other callers get 503."""
    nowhere = f"http://127.0.0.1:{free_port()}/jwks.json"

    settings = settings_for(minio, mongod, auth_mode="jwt", jwt_jwks_url=nowhere, jwt_audience="moodrop")
    code, checks = examined(settings)

    assert (code, failed(checks)) == (1, {"identity"})


def test_a_provider_whose_tokens_may_be_for_anybody_is_told(minio: Store, mongod: MongodServer) -> None:
    """It also signs tokens for other services, and all of them would be accepted here."""
    with running_provider() as provider:
        provider.publish(a_key("ES256"))

        code, checks = examined(settings_for(minio, mongod, auth_mode="jwt", jwt_jwks_url=provider.url))

    assert (code, failed(checks), checks["audience"]["must"]) == (1, {"audience"}, False)
    assert "JWT_AUDIENCE" in checks["audience"]["mend"]


# --- VersityGW ---------------------------------------------------------------------------------------
def test_on_versitygw_all_is_well(versitygw_settings: Settings) -> None:
    """With two accounts and the policy printed in docs/deploy.md, nothing is waived or noted."""
    for _ in range(2):
        code, checks = examined(versitygw_settings)
        assert (code, failed(checks), set(checks)) == (0, set(), ALL_CHECKS)
    assert {name for name, check in checks.items() if check["result"] != "ok"} <= {"foreign_headers", "half_body"}
    assert checks["half_body"]["found"] == "kept half a part and half a PUT"
    assert "part_checksum_algorithm" in checks["half_body"]["mend"]


def test_on_versitygw_the_service_works(versitygw_settings: Settings) -> None:
    """Upload, confirm, download, a futile replay, delete; in parts; and staged as by the seed's clients."""
    versitygw_settings = versitygw_settings.model_copy(update={"waived_checks": ("half_body",)})
    with app_of(versitygw_settings) as app:
        use(app.test_client())
        use_form(app.test_client())
    with app_of(versitygw_settings.model_copy(update={"put_max_bytes": 0})) as app:
        use_parts(app.test_client(), versitygw_settings)


def test_on_versitygw_a_form_goes_where_it_was_signed_for(versitygw_settings: Settings) -> None:
    """For forms, the policy allows the whole bucket: the signature binds each to its key."""
    settings = versitygw_settings
    upload = Credentials(settings.minio_upload_access_key, settings.minio_upload_secret_key.get_secret_value())
    forms = PostSigner(upload, endpoint_url=settings.minio_endpoint, region=settings.minio_region)
    url, signed = forms.presign(
        settings.minio_bucket,
        "incoming/u1/x",
        fields={},
        min_size_bytes=0,
        max_size_bytes=100,
        expires_in=60,
        at=datetime.now(UTC),
    )

    def post(**changed: str) -> int:
        fields = {**signed, **changed, "file": ("a", b"a")}
        return urllib3.request("POST", url, fields=fields, retries=False).status

    assert [post(), post(key="elsewhere/x"), post(key="uploads/u1/x"), post(key="incoming/u1/../x")] == [
        204,
        *[403] * 3,
    ]


def test_on_versitygw_the_service_makes_its_accounts(versitygw: Store, mongod: MongodServer) -> None:
    """With nothing but root, nothing is waived; forms are allowed, and a second start changes nothing."""
    settings = settings_for(versitygw, mongod)
    for _ in range(2):
        code, checks = examined(settings)
        assert (code, failed(checks), set(checks)) == (0, set(), ALL_CHECKS)
    assert {name for name, check in checks.items() if check["result"] != "ok"} <= {"foreign_headers", "half_body"}
    with app_of(settings.model_copy(update={"waived_checks": ("half_body",)})) as app:
        use(app.test_client())
        use_form(app.test_client())


@pytest.fixture
def without_accounts(tmp_path: Path) -> Iterator[Store]:
    """A VersityGW that knows root alone."""
    server = start_versitygw(
        tmp_path / "data", access_key=Store.access_key, secret_key=Store.secret_key, accounts=False
    )
    yield Store(server)
    server.stop()


def test_on_versitygw_without_accounts_least_privilege_is_missing(
    without_accounts: Store, mongod: MongodServer
) -> None:
    """Everything that seals an upload is enforced; the fix contains the policies. The service does not start."""
    settings = settings_for(without_accounts, mongod)
    code, checks = examined(settings)

    assert (code, failed(checks)) == (1, {*LEAST_PRIVILEGE, *ACCOUNTS})
    assert set(checks) == {*ALL_CHECKS, *ACCOUNTS}
    for purpose, action in (("upload", "s3:PutObject"), ("download", "s3:GetObject")):
        fix = checks[f"{purpose}_account"]["mend"]
        policy = json.loads(fix[fix.index("{") :])
        assert action in policy["Statement"][0]["Action"]
        assert f"MINIO_{purpose.upper()}_ACCESS_KEY" in fix
    assert "--iam-dir" in checks["upload_account"]["found"]
    assert checks["versioning"]["found"] == "Enabled"
    assert checks["unsigned_write"]["found"] == "took nothing"
    with app_of(settings) as app:
        answer = app.test_client().get("/v1/files")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "store_unsafe")
    assert all(name in answer.get_json()["detail"] for name in LEAST_PRIVILEGE)
