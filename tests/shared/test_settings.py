"""Settings: which values are valid, and that every invalid one is named before anything starts."""

from typing import Any

import pytest
from pydantic import ValidationError
from pymongo.uri_parser import parse_uri

from service.accounts.adapters.jwt.authenticator import JwtAuthenticator
from service.server.wsgi_settings import settings_or_exit
from service.settings import Settings
from service.shared.addresses import is_loopback
from service.shared.clock import utc_now
from service.shared.mongo.uri import ENCODE
from service.shared.settings import GIB, MIB, TIB
from service.uploads.mongo.records import MongoRecordStore

SECRET = "a shared secret of these tests, 32"
STRONG = "a3f1c07be95d2486013bd7fa6e28c594"
GOOD_KEY = "4f1d0a9b3c7e5d2f8a6b"
GUESSED = ("ab" * 10, "a-long-password-1", "0123456789abcdef")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what the shell has set, because it is not under test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


OWN = ("http://127.0.0.1:5000", "http://localhost:5000")


def made(**values: Any) -> Settings:
    return Settings(**{"auth_mode": "open", **values})


def refused(**values: Any) -> dict[str, str]:
    """Return what is said about each bad setting."""
    with pytest.raises(ValidationError) as caught:
        made(**values)
    return {str(error["loc"][0]): error["msg"] for error in caught.value.errors()}


def test_the_defaults_are_safe_and_enough_with_a_secret() -> None:
    """Tokens are required, only this machine can connect, and no other page may call."""
    settings = Settings(jwt_secret=SECRET)

    assert (settings.auth_mode, settings.host, settings.port) == ("jwt", "127.0.0.1", 5000)
    assert settings.cors_origins == ()
    assert settings.waived_checks == ()
    assert settings.public_endpoint == "http://localhost:9000"
    assert settings.max_upload_bytes == 5 * GIB
    assert settings.put_max_bytes == 16 * MIB


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """In capitals, lists with commas; an empty value means the default."""
    for name, value in {
        "JWT_SECRET": SECRET,
        "PORT": "8080",
        "MOODS": " calm, wild ,",
        "MINIO_ENDPOINT": "https://store.example:9000/",
        "MINIO_ACCESS_KEY": GOOD_KEY,
        "MINIO_SECRET_KEY": GOOD_KEY,
        "MINIO_BUCKET_BY_TYPE": "video/*=videos,application/pdf=papers",
        "HOST": "",
    }.items():
        monkeypatch.setenv(name, value)

    settings = Settings()

    assert settings.port == 8080
    assert settings.moods == ("calm", "wild")
    assert settings.minio_endpoint == settings.public_endpoint == "https://store.example:9000"
    assert settings.minio_bucket_by_type == ("video/*=videos", "application/pdf=papers")
    assert settings.host == "127.0.0.1"


def test_all_bad_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start lists them all, including settings that depend on each other."""
    for name, value in {
        "PORT": "0",
        "MINIO_ENDPOINT": "store:9000",
        "MINIO_UPLOAD_ACCESS_KEY": "half",
        "JWT_SECRET": "short",
        "SECRET_KEY": "short",
        "CORS_ORIGINS": "*",
        "MAX_UPLOAD_BYTES": "many",
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as caught:
        settings_or_exit()

    first, *lines = str(caught.value).splitlines()
    assert first == "Moodrop cannot start. These settings are wrong:"
    assert {line.strip().partition(":")[0] for line in lines} == {
        "PORT",
        "MINIO_ENDPOINT",
        "MINIO_UPLOAD_SECRET_KEY",
        "JWT_SECRET",
        "SECRET_KEY",
        "CORS_ORIGINS",
        "MAX_UPLOAD_BYTES",
    }


def test_a_bad_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start-up messages end up in logs."""
    monkeypatch.setenv("JWT_SECRET", "too-short-but-secret")

    with pytest.raises(SystemExit) as caught:
        settings_or_exit()

    assert "JWT_SECRET" in str(caught.value)
    assert "too-short-but-secret" not in str(caught.value)
    assert "hidden-secret" not in repr(made(minio_secret_key="hidden-secret", jwt_secret="hidden-secret"))


@pytest.mark.parametrize("where", ["minio_endpoint", "minio_public_endpoint"])
@pytest.mark.parametrize("key", ["minioadmin", "MinIOadmin-production", "moodrop", GOOD_KEY[:15], *GUESSED])
@pytest.mark.parametrize("name", ["minio_access_key", "minio_secret_key"])
def test_a_guessable_credential_is_for_a_store_of_this_machine_alone(where: str, key: str, name: str) -> None:
    """No policy limits MinIO's root, and its key id is enough for a write, so it must be random like a secret."""
    keys = {"minio_access_key": GOOD_KEY, "minio_secret_key": GOOD_KEY, name: key}

    messages = refused(**{where: "https://store.example", **keys})

    assert set(messages) == {name}
    assert "openssl rand -hex 10" in messages[name]
    assert key not in messages[name]
    for local in ("http://localhost:9000", "http://127.0.0.2", "http://[::1]:9000", "http://store.localhost"):
        assert made(**{where: local, **keys}).minio_endpoint


@pytest.mark.parametrize("secret", ["hunter2!", GOOD_KEY[:15], "changeme-changeme", "s" * 40])
@pytest.mark.parametrize("purpose", ["upload", "download"])
@pytest.mark.parametrize("where", ["minio_endpoint", "minio_public_endpoint"])
def test_a_secret_that_signs_urls_must_be_random(where: str, purpose: str, secret: str) -> None:
    """Each URL reveals whether a guess is right, and whoever guesses it bypasses the service."""
    name = f"minio_{purpose}_secret_key"
    keys = {"minio_access_key": GOOD_KEY, "minio_secret_key": GOOD_KEY, f"minio_{purpose}_access_key": "uploads"}

    messages = refused(**{where: "https://store.example", **keys, name: secret})

    assert set(messages) == {name}
    assert secret not in messages[name]
    assert made(**{where: "https://store.example", **keys, name: STRONG})
    assert made(**{where: "http://127.0.0.1:9000", **keys, name: secret})


def test_the_defaults_are_refused_for_a_store_that_others_reach() -> None:
    """Both are named; a bad address is reported separately."""
    assert set(refused(minio_endpoint="http://minio:9000")) == {"minio_access_key", "minio_secret_key"}
    assert set(refused(minio_endpoint="minio")) == {"minio_endpoint"}
    random = {"minio_access_key": GOOD_KEY, "minio_secret_key": GOOD_KEY}
    assert made(minio_endpoint="http://minio:9000", **random).minio_access_key == GOOD_KEY


@pytest.mark.parametrize("secret", ["", STRONG[:31], "éèêëàâäîïôöûüùç"])
def test_a_short_token_secret_is_refused(secret: str) -> None:
    """It needs 32 bytes (é has two), because anyone who finds it by trying can make a token for anyone."""
    assert set(refused(auth_mode="jwt", jwt_secret=secret)) == {"jwt_secret"}
    assert Settings(jwt_secret="éèêëàâäîïôöûüùçñ").auth_mode == "jwt"


@pytest.mark.parametrize("secret", ["s" * 32, "changeme" * 4, "0123456789abcdef" * 2])
def test_a_guessable_token_secret_is_told(secret: str) -> None:
    """It may be years old, and replacing it ends every token, so the service starts with a warning."""
    [warning] = Settings(auth_mode="jwt", jwt_secret=secret).warnings
    [check] = JwtAuthenticator(Settings(auth_mode="jwt", jwt_secret=secret), utc_now).check()

    assert warning.startswith("JWT_SECRET ")
    assert (check.name, check.ok, check.must) == ("jwt_secret", False, False)
    assert secret not in f"{warning} {check.finding}"
    assert Settings(auth_mode="jwt", jwt_secret=STRONG).warnings == ()
    assert Settings(auth_mode="open", jwt_secret=secret).warnings == ()


@pytest.mark.parametrize(
    ("page", "store", "warning"),
    [
        ("https://moodrop.example", "http://localhost:9000", "cannot reach the store at http://localhost:9000"),
        ("http://moodrop.example", "http://127.0.0.1:9000", "cannot reach the store"),
        ("https://moodrop.example", "http://files.example", "a browser sends nothing"),
        ("https://moodrop.example", "https://files.example", None),
        ("http://moodrop.example", "http://files.example", None),
        ("http://localhost:5000", "http://localhost:9000", None),
        ("", "http://localhost:9000", None),
    ],
)
def test_a_store_that_the_page_cannot_reach_is_told(page: str, store: str, warning: str | None) -> None:
    """People would see the page, but every upload would look like a network failure."""
    keys = {"minio_access_key": GOOD_KEY, "minio_secret_key": GOOD_KEY}

    warnings = made(public_url=page, minio_public_endpoint=store, **keys).warnings

    assert len(warnings) == bool(warning)
    assert warning is None or warning in warnings[0]


def test_tokens_for_anybody_are_told() -> None:
    """An identity provider signs tokens for many services."""
    provider = {"auth_mode": "jwt", "jwt_jwks_url": "https://id.example/jwks.json"}

    assert "JWT_AUDIENCE" in Settings(**provider).warnings[0]
    assert Settings(**provider, jwt_audience="moodrop").warnings == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "moodrop.example.com", "", "localhost.example.com"])
def test_open_mode_on_the_network_must_be_meant(host: str) -> None:
    """Otherwise everybody on the network could read and write."""
    messages = refused(host=host)

    assert "ALLOW_OPEN_ON_NETWORK=1" in messages["allow_open_on_network"]
    assert made(host=host, allow_open_on_network="1").host == host
    assert Settings(host=host, jwt_secret=SECRET).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "moodrop.localhost"])
def test_open_mode_on_this_machine_needs_no_leave(host: str) -> None:
    """Only this machine reaches a loopback address."""
    assert is_loopback(host)
    assert made(host=host).allow_open_on_network is False


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1:5000"), ("::1", "[::1]:5000"), ("[::1]", "[::1]:5000"), ("localhost", "localhost:5000")],
)
def test_an_ipv6_address_stands_in_brackets(host: str, address: str) -> None:
    """Otherwise gunicorn and browsers could not find its port."""
    settings = made(host=host)

    assert settings.address == address
    assert settings.browser_origins == tuple(dict.fromkeys((f"http://{address}", "http://localhost:5000")))


@pytest.mark.parametrize(
    "endpoint",
    [
        "store:9000",
        "ftp://store:9000",
        "http://",
        "http://:9000",
        "http://store:port",
        "http://store:99999",
        "http://store:0",
        "http://store/path",
        "http://moodrop:secret@store:9000",
        "http://st ore:9000",
        "http://store\n:9000",
        "http://[fe80::1%25eth0]:9000",
        "http://store?x=1",
        "//store:9000",
        "minio",
    ],
)
@pytest.mark.parametrize("name", ["minio_endpoint", "minio_public_endpoint"])
def test_an_endpoint_that_is_no_address_is_refused(name: str, endpoint: str) -> None:
    """Only scheme, host and port, since anything else would end up in signed URLs."""
    assert set(refused(**{name: endpoint})) == {name}


@pytest.mark.parametrize("host", ["my_minio", "-minio", "minio-", "a" * 64])
def test_a_host_that_boto3_takes_for_none_is_refused(host: str) -> None:
    """A container may have such a name, and boto3 would crash the worker with a traceback."""
    assert set(refused(minio_endpoint=f"http://{host}:9000")) == {"minio_endpoint"}


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example.com",
        "https://app.example.com/path",
        "app.example.com",
        "null",
        "https://user@app.example.com",
        "https://a.example.com https://b.example.com",
        "file://",
        "https://app.example.(com|org)",
    ],
)
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    """flask-cors would treat some of these as patterns that admit too much."""
    assert set(refused(cors_origins=origin)) == {"cors_origins"}


@pytest.mark.parametrize(
    "url",
    [
        "moodrop.example",
        "ftp://moodrop.example",
        "https://moodrop.example/files",
        "capacitor://localhost",
        "https://u:p@moodrop.example",
        "*",
    ],
)
def test_a_public_url_that_no_browser_would_write_is_refused(url: str) -> None:
    """Compared with Origin, it would let nobody write."""
    assert set(refused(public_url=url)) == {"public_url"}


@pytest.mark.parametrize("name", ["cors_origins", "public_url"])
def test_a_refusal_names_the_address_and_hides_its_password(name: str) -> None:
    """It ends up in a log, but must say which address of a list is wrong."""
    assert "app.example/nope" in refused(**{name: "https://app.example/nope"})[name]
    assert "hunter2" not in refused(**{name: "https://moodrop:hunter2@app.example"})[name]


def test_the_page_at_the_public_url_may_send_to_the_store() -> None:
    """In addition to CORS_ORIGINS, each origin once; a final slash is no path."""
    settings = made(public_url="https://moodrop.example/", cors_origins="https://a.example,https://moodrop.example")

    assert settings.public_url == "https://moodrop.example"
    assert settings.browser_origins == ("https://a.example", "https://moodrop.example", *OWN)


def test_origins_are_taken_as_browsers_write_them() -> None:
    """With or without a port."""
    origins = "https://app.example.com,http://localhost:5173"

    assert made(cors_origins=origins).cors_origins == ("https://app.example.com", "http://localhost:5173")


@pytest.mark.parametrize("around", ["{}\r", "\ufeff{}", "  {}\t", '"{}"', "'{}'", ' "{}" \r\n'])
def test_what_editors_and_shells_leave_around_a_value_is_dropped(around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`docker run --env-file` keeps quotes, and files from Windows end lines with CRLF."""
    values = {
        "PORT": "8080",
        "MINIO_ENDPOINT": "http://localhost:9001",
        "PUBLIC_URL": "https://moodrop.example",
        "CORS_ORIGINS": "https://a.example,https://b.example",
        "MINIO_ADDRESSING_STYLE": "virtual",
        "ALLOW_OPEN_ON_NETWORK": "yes",
        "MONGODB_URI": "mongodb://db/",
    }
    for name, value in {"AUTH_MODE": "open", **values}.items():
        monkeypatch.setenv(name, around.format(value))

    settings = Settings()

    assert (settings.port, settings.minio_endpoint) == (8080, "http://localhost:9001")
    assert (settings.public_url, settings.mongodb_uri) == ("https://moodrop.example", "mongodb://db/")
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert (settings.minio_addressing_style, settings.allow_open_on_network) == ("virtual", True)


def test_blanks_alone_are_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """They count as empty. A secret keeps its blanks, since others use the same text."""
    for name in ("PORT", "HOST", "PUBLIC_URL", "MINIO_ENDPOINT"):
        monkeypatch.setenv(name, " \r")
    monkeypatch.setenv("JWT_SECRET", f" {SECRET}\n")

    settings = Settings()

    assert (settings.port, settings.host, settings.public_url) == (5000, "127.0.0.1", "")
    assert settings.minio_endpoint == "http://localhost:9000"
    assert settings.jwt_secret.get_secret_value() == f" {SECRET}\n"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PORT", "5000m", "PORT: must be a whole number, without a unit"),
        ("MAX_UPLOAD_BYTES", "5GB", "MAX_UPLOAD_BYTES: must be a whole number, without a unit"),
        ("SWEEP_INTERVAL", "-1", "SWEEP_INTERVAL: must be at least 0"),
        ("PORT", "70000", "PORT: must be at most 65535"),
        ("ALLOW_OPEN_ON_NETWORK", "maybe", "ALLOW_OPEN_ON_NETWORK: must be 1 or 0"),
        ("MINIO_ADDRESSING_STYLE", "auto", "MINIO_ADDRESSING_STYLE: must be 'path' or 'virtual'"),
        ("MONGODB_URI", "mongodb://moodrop:hun%ter2@db/", f"MONGODB_URI: {ENCODE}"),
        ("MONGODB_URI", "mongodb://moodrop:hun?ter=2@db/", f"MONGODB_URI: {ENCODE}"),
        ("MONGODB_URI", "mongodb://moodrop:1?hun=ter2@db/", f"MONGODB_URI: {ENCODE}"),
        ("MONGODB_URI", "mongodb://moodrop:hunter2@db/?tls=perhaps", "MONGODB_URI: The value of tls must be"),
        ("MONGODB_URI", "mongodb://moodrop:hunter2@db/?jurnal=true", "MONGODB_URI: Unknown option: jurnal."),
        ("MONGODB_URI", "mongodb://db/?w=majority&w=1", "MONGODB_URI: Duplicate URI option 'w'."),
        ("MONGODB_URI", "mongodb://db:port/", f"MONGODB_URI: {ENCODE}"),
        (
            "MONGODB_URI",
            "mongodb://db/?tls=true&tlsCAFile=/nowhere/ca.pem",
            "MONGODB_URI: /nowhere/ca.pem: ",
        ),
    ],
)
def test_a_bad_value_is_one_line_in_plain_words(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting and the mistake, without any part of a password."""
    monkeypatch.setenv("AUTH_MODE", "open")
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as caught:
        settings_or_exit()

    [_, line] = str(caught.value).splitlines()
    assert line.startswith(f"  {message}")
    assert "hun" not in line
    assert "ter2" not in line


def test_a_database_found_by_dns_is_not_looked_up_by_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """If DNS is down, the service answers 503, as when the database is down."""
    monkeypatch.setenv("AUTH_MODE", "open")
    monkeypatch.setenv("MONGODB_URI", "mongodb+srv://moodrop:hunter2@nowhere.invalid/")

    settings = settings_or_exit()

    MongoRecordStore(settings).close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "65536"),
        ("port", "http"),
        ("minio_bucket", "My_Bucket"),
        ("minio_bucket", "ab"),
        ("minio_addressing_style", "auto"),
        ("minio_bucket_by_type", "video=videos"),
        ("minio_bucket_by_type", "video/*="),
        ("minio_bucket_by_type", "video/*=My_Bucket"),
        ("minio_region", "us east"),
        ("minio_region", "123"),
        ("minio_events_arn", "moodrop"),
        ("host", "http://0.0.0.0"),
        ("host", "0.0.0.0:5000"),
        ("mongodb_database", "a.b"),
        ("mongodb_database", "a/b"),
        ("upload_url_expires_in", "0"),
        ("upload_url_expires_in", "604801"),
        ("upload_url_expires_in", "60s"),
        ("download_url_expires_in", "-1"),
        ("pending_expires_in", "0"),
        ("max_upload_bytes", "-1"),
        ("max_upload_bytes", str(5 * TIB + 1)),
        ("put_max_bytes", "-1"),
        ("put_max_bytes", str(5 * GIB + 1)),
        ("max_upload_bytes", "5GB"),
        ("moods", ","),
        ("allowed_content_types", " , "),
        ("allow_open_on_network", "maybe"),
    ],
)
def test_a_value_out_of_its_range_is_named(name: str, value: str) -> None:
    """Exactly that setting, so it is found in the file."""
    assert set(refused(**{name: value})) == {name}


@pytest.mark.parametrize("purpose", ["upload", "download"])
@pytest.mark.parametrize("half", ["access", "secret"])
def test_half_a_signing_credential_is_refused(purpose: str, half: str) -> None:
    """Otherwise it would silently be ignored for one that the service makes."""
    assert set(refused(**{f"minio_{purpose}_{half}_key": "x"})) == {f"minio_{purpose}_secret_key"}


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        ({}, {"jwt_secret"}),
        ({"jwt_jwks_url": "https://id.example/jwks.json"}, set()),
        ({"jwt_jwks_url": "http://id:8080/jwks?x=1", "jwt_secret": SECRET}, set()),
        ({"jwt_jwks_url": "https://id.example/jwks.json", "jwt_secret": "short"}, {"jwt_secret"}),
        ({"jwt_jwks_url": "file:///etc/keys"}, {"jwt_jwks_url"}),
        ({"jwt_jwks_url": "id.example/jwks.json"}, {"jwt_jwks_url"}),
        ({"jwt_jwks_url": "https://"}, {"jwt_jwks_url"}),
        ({"jwt_jwks_url": "https://id:99999/"}, {"jwt_jwks_url"}),
        ({"jwt_jwks_url": "https://moodrop:secret@id/jwks.json"}, {"jwt_jwks_url"}),
        ({"jwt_jwks_url": "https://id/jwks .json"}, {"jwt_jwks_url"}),
    ],
)
def test_tokens_need_a_secret_or_a_provider(values: dict[str, str], bad: set[str]) -> None:
    """One of them or both; a given secret must be strong in any case."""
    if bad:
        assert set(refused(auth_mode="jwt", **values)) == bad
    else:
        assert made(auth_mode="jwt", **values).auth_mode == "jwt"


def test_secret_keys_are_a_list() -> None:
    """In order, without blanks around commas. Without any key, the database stores one."""
    assert made(secret_key=f" {STRONG}a, {STRONG}b ,").secret_keys == (f"{STRONG}a", f"{STRONG}b")
    assert made().secret_keys == ()


@pytest.mark.parametrize(
    "bad",
    [
        "short",
        STRONG[:31],
        "k" * 64,
        "0123456789" * 4,
        f"changeme-{STRONG}",
        ",",
        " , ",
        f"{STRONG},short",
        f"short,{STRONG}",
    ],
)
@pytest.mark.parametrize("auth_mode", ["open", "jwt"])
def test_one_weak_secret_key_stops_the_start(bad: str, auth_mode: str) -> None:
    """Even one that only verifies, since its signatures are accepted. The error shows the fix, not the key."""
    messages = refused(auth_mode=auth_mode, jwt_secret=SECRET, secret_key=bad)

    assert set(messages) == {"secret_key"}
    assert "openssl rand -hex 32" in messages["secret_key"]
    assert STRONG not in messages["secret_key"]


@pytest.mark.parametrize("other", ["minio_secret_key", "events_secret"])
def test_a_secret_key_is_the_secret_of_nothing_else(other: str) -> None:
    """The store knows one secret and receives the other, and neither may forge a token."""
    assert set(refused(**{other: STRONG, "secret_key": f"{STRONG}b,{STRONG}"})) == {"secret_key"}


@pytest.mark.parametrize("auth_mode", ["open", "jwt"])
def test_a_secret_of_tokens_is_no_secret_key(auth_mode: str) -> None:
    """Whoever makes tokens knows it, and could sign anybody's uploads, calls and URLs."""
    messages = refused(auth_mode=auth_mode, jwt_secret=STRONG, secret_key=f"{STRONG}b,{STRONG}")

    assert set(messages) == {"jwt_secret"}
    assert "SECRET_KEY" in messages["jwt_secret"]
    assert made(auth_mode=auth_mode, jwt_secret=STRONG, secret_key=f"{STRONG}b").secret_keys


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://moodrop:hun/ter2@db/",
        "mongodb://moodrop:hun/ter2@db",
        "mongodb://moodrop:hun?ter2@db",
        "mongodb://moodrop:hun?ter2@db/?w=majority",
        "mongodb://moodrop:hun@ter2@db/",
        "mongodb://moodrop:hun:ter2@db/",
        "mongodb:/moodrop:hunter2@db",
        "db:27017",
    ],
)
def test_an_address_of_the_database_that_cannot_be_read_is_not_quoted(uri: str) -> None:
    """pymongo would start, and quote part of the password: Bad database name "ter2@db/"."""
    messages = refused(mongodb_uri=uri)

    assert set(messages) == {"mongodb_uri"}
    assert "hun" not in messages["mongodb_uri"]
    assert "ter2" not in messages["mongodb_uri"]


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://localhost",
        "mongodb://db?w=majority",
        "mongodb://a,b:27018,[::1]:27019/?replicaSet=moodrop&w=majority&journal=true",
        "mongodb://moodrop:p%40ss%2Fword#[!]@db/admin?authSource=admin;tls=true",
        "mongodb://db/?authMechanism=MONGODB-X509&tlsCertificateKeyFile=/etc/ssl/moodrop.pem",
        "mongodb://db/?appName=a@b&readPreferenceTags=dc:ny,rack:1",
        "mongodb+srv://moodrop@cluster.example.net/",
        "mongodb://%2Frun%2Fmongodb.sock/moodrop",
    ],
)
def test_every_address_of_a_database_that_can_be_read_is_taken(uri: str) -> None:
    assert made(mongodb_uri=uri).mongodb_uri == uri
    if "+srv" not in uri and "/etc/" not in uri:  # which would ask DNS, and read the file
        assert parse_uri(uri)


@pytest.mark.parametrize(
    "secret",
    [
        "short",
        "s" * 201,
        "two words of a secret",
        "Bearer\tof-a-secret-0123",
        "é" * 16,
        "s" * 16,
        "changeme-0f1e2d3c4b",
    ],
)
def test_a_webhooks_secret_must_fit_a_header(secret: str) -> None:
    """MinIO sends it as Authorization, after 'Bearer' if it is one word; otherwise all events would be refused."""
    assert set(refused(events_secret=secret)) == {"events_secret"}


def test_a_webhook_needs_a_secret() -> None:
    """Without one, the address that it calls does not exist."""
    arn = "arn:minio:sqs::MOODROP:webhook"

    assert set(refused(minio_events_arn=arn)) == {"events_secret"}
    assert set(refused(minio_events_arn="moodrop", events_secret=STRONG[:16])) == {"minio_events_arn"}
    assert made(minio_events_arn=arn, events_secret=STRONG[:16]).minio_events_arn == arn
