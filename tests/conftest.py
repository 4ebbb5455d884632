"""What all tests share: real servers (one pair per run), a fresh bucket and database for each test, and fakes."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import urllib3
from flask.testing import FlaskClient

from dev.in_memory import in_memory_ports
from dev.ports import free_port
from dev.replica_set import ReplicaSet, start_replica_set
from dev.servers import (
    MinioServer,
    MongodServer,
    VersitygwServer,
    find_minio,
    find_mongod,
    find_versitygw,
    start_minio,
    start_mongod,
    start_versitygw,
)
from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.store.minio.accounts import MinioAccounts
from service.store.minio.credentials import derived_credentials, download_policy, upload_policy
from tests.builders import KEYRING, SECRET_KEY
from tests.helpers.forked import Forked, start_server
from tests.log_scan import LogScan
from tests.versitygw import grant, made_users

# Fixtures that several houses share, and what the whole run needs.
pytest_plugins = (
    "tests.helpers.api",
    "tests.helpers.accounts",
    "tests.helpers.oidc_provider",
    "tests.helpers.fresh_ports",
    "tests.helpers.ffmpeg",
    "tests.helpers.worker",
    "tests.helpers.time_limits",
    "tests.helpers.garbage",
)

# The same cases on every machine and in every run, however slow: too_slow judges the machine.
hypothesis.settings.register_profile(
    "moodrop", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("moodrop")

# urllib3's own is 3 s, in which a busy machine may not get round to checking a password.
urllib3.request.__kwdefaults__["timeout"] = 60

ROOT = Path(__file__).parent.parent
PAGE_ORIGIN = "http://127.0.0.1:5000"
BUCKETS = "t*"  # what `settings_for` names them
MONGOD_OPTIONS = (
    # The contracts use fixed dates, which a TTL index would take for the past.
    *("--setParameter", "ttlMonitorEnabled=false"),
    # Each test has a database of its own, of a hundred files: all of them open are more than many systems allow.
    *(
        "--wiredTigerEngineConfigString",
        "file_manager=(close_idle_time=30,close_scan_interval=10,close_handle_minimum=250)",
    ),
)


_scans: list[LogScan] = []


def pytest_configure(config: pytest.Config) -> None:
    """Scan every log of the run: see log_scan.py."""
    _scans.append(LogScan(config))
    config.pluginmanager.register(_scans[-1], "log_scan")


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: the tests wait for servers half of the time."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what only `make torture`, `make test-compose` and `make test-stores` run.

    In parallel runs, start files with long tests first, so that none ends last.
    """
    for marker in {"torture", "containers", "stores"} - set(config.option.markexpr.split()):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(marker)])
        items[:] = [item for item in items if not item.get_closest_marker(marker)]
    if hasattr(config, "workerinput"):
        longest: dict[Path, tuple[float, bool, bool]] = {}
        for item in items:
            longest[item.path] = max(_expected(item), longest.get(item.path, (0, False, False)))
        items.sort(key=lambda item: longest[item.path], reverse=True)


def _expected(item: pytest.Item) -> tuple[float, bool, bool]:
    """What compares as long tests do: by the time they are allowed, then by the servers they need."""
    allowed = item.get_closest_marker("timeout")
    return (
        allowed.args[0] if allowed else 0,
        item.get_closest_marker("browser") is not None,
        item.get_closest_marker("real") is not None,
    )


@dataclass(frozen=True)
class Store:
    """A running MinIO (or VersityGW) and its root credential."""

    server: MinioServer | VersitygwServer
    access_key: str = "test-root"
    secret_key: str = "test-root-secret-of-minio"

    @property
    def endpoint(self) -> str:
        return self.server.endpoint


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One MinIO for the whole run."""
    find_minio()
    # The browser tests' page has its own port, so any origin of this machine may send.
    server = start_minio(
        tmp_path_factory.mktemp("minio"),
        access_key=Store.access_key,
        secret_key=Store.secret_key,
        cors_origins=["http://127.0.0.1:*", "http://localhost:*"],
    )
    yield Store(server)
    server.stop()


@pytest.fixture(scope="session")
def versitygw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One VersityGW for the tests that want a second store."""
    find_versitygw()
    server = start_versitygw(
        tmp_path_factory.mktemp("versitygw"), access_key=Store.access_key, secret_key=Store.secret_key
    )
    yield Store(server)
    server.stop()


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongodServer]:
    """One mongod for the whole run."""
    find_mongod()
    server = start_mongod(tmp_path_factory.mktemp("mongod"), options=MONGOD_OPTIONS)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def replica_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    """Three members, for the tests that want MongoDB as it is run for others."""
    find_mongod()
    replicas = start_replica_set(tmp_path_factory.mktemp("replicas"), options=MONGOD_OPTIONS)
    yield replicas
    replicas.stop()


def settings_for(store: Store, database: MongodServer | ReplicaSet, **values: object) -> Settings:
    """Settings of a service with a bucket and a database of its own."""
    name = f"t{uuid4().hex[:16]}"
    return Settings(
        **{
            "minio_endpoint": store.endpoint,
            "minio_access_key": store.access_key,
            "minio_secret_key": store.secret_key,
            "minio_bucket": name,
            "mongodb_uri": database.uri,
            "mongodb_database": name,
            "auth_mode": "open",
            "secret_key": SECRET_KEY,
            # Most tests have no worker, and a deleted file waits for what was made from it to go first.
            "media": False,
            "history": False,
            **values,
        }
    )


@pytest.fixture(scope="session")
def signing_keys(minio: Store, mongod: MongodServer) -> dict[str, str]:
    """The credentials behind URLs, for the buckets of all tests: a service that makes its own is busy for a second."""
    settings, keys = settings_for(minio, mongod), dict[str, str]()
    for purpose, policy in (("upload", upload_policy((BUCKETS,))), ("download", download_policy((BUCKETS,)))):
        made = derived_credentials(settings, KEYRING, purpose, policy)
        assert MinioAccounts(settings).ensure(f"tests-{purpose}", made, policy) is None
        keys |= {f"minio_{purpose}_access_key": made.access_key, f"minio_{purpose}_secret_key": made.secret_key}
    return keys


@pytest.fixture(scope="session")
def versitygw_keys(versitygw: Store) -> dict[str, str]:
    """Two accounts of VersityGW for URLs. They may do nothing until `versitygw_settings` names them."""
    return made_users(versitygw)


@pytest.fixture
def versitygw_settings(versitygw: Store, mongod: MongodServer, versitygw_keys: dict[str, str]) -> Settings:
    """Open mode on VersityGW as docs/deploy.md sets it up: two accounts, a policy of the bucket."""
    settings = settings_for(versitygw, mongod, **versitygw_keys)
    grant(settings)
    return settings


@pytest.fixture
def settings(minio: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Settings:
    """Open mode on the real servers, with a fresh bucket and database."""
    return settings_for(minio, mongod, **signing_keys)


@pytest.fixture
def two_stores(minio: Store, versitygw: Store, mongod: MongodServer, signing_keys: dict[str, str]) -> Settings:
    """MinIO as the first store, which new files go to, and VersityGW as the second one."""
    first = settings_for(minio, mongod, **signing_keys, download_url_expires_in=3600, upload_url_expires_in=3600)
    second = {
        "store_2_endpoint": versitygw.endpoint,
        "store_2_access_key": versitygw.access_key,
        "store_2_secret_key": versitygw.secret_key,
        "store_2_bucket": f"{first.minio_bucket}-2",
        "waived_checks": ("all",),
    }
    return Settings(**{**first.model_dump(exclude_unset=True), **second})


@contextmanager
def prepared_ports(settings: Settings) -> Iterator[Ports]:
    """The real servers that the settings name, prepared, until the block is left."""
    shared = create_app(settings).extensions["moodrop"]
    shared.preparation.ensure()
    yield shared.ports
    shared.ports.records.close()
    shared.ports.accounts.attempts.close()


@pytest.fixture
def real_ports(settings: Settings) -> Iterator[Ports]:
    """The real MinIO and mongod, prepared."""
    with prepared_ports(settings) as ports:
        yield ports


@pytest.fixture(params=["settings", "versitygw_settings"], ids=["minio", "versitygw"])
def either_settings(request: pytest.FixtureRequest) -> Settings:
    """Those of MinIO, then those of VersityGW, where uploads that half_body would refuse are started all the same."""
    chosen: Settings = request.getfixturevalue(request.param)
    return chosen.model_copy(update={"waived_checks": ("half_body",)})


@pytest.fixture
def either_ports(either_settings: Settings) -> Iterator[Ports]:
    """MinIO, then VersityGW, and mongod, prepared; URLs live for an hour."""
    with prepared_ports(
        either_settings.model_copy(update={"upload_url_expires_in": 3600, "download_url_expires_in": 3600})
    ) as ports:
        yield ports


@pytest.fixture
def real_client(settings: Settings, real_ports: Ports) -> FlaskClient:
    """The API in this process, on the real servers."""
    return create_app(settings, real_ports).test_client()


@pytest.fixture
def record_property(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Record a value of any type as text: tests that run side by side can hand on nothing else."""
    return lambda name, value: record_property(name, str(value))


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    time: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ports(clock: Clock) -> Ports:
    """Both stores in memory, a clock that stands still: for the use cases."""
    return in_memory_ports(Settings(auth_mode="open", media=False, history=False), KEYRING, clock)


@pytest.fixture
def client(ports: Ports) -> FlaskClient:
    """The API in open mode with both stores in memory."""
    return create_app(Settings(auth_mode="open"), ports).test_client()


# What SERVER may be, for tests that run on both.
SERVERS = ("gunicorn", "granian")
COMMANDS = {
    "gunicorn": ("gunicorn", ["-c", "python:service.server.gunicorn_conf"]),
    "granian": ("service.server.granian", []),
}
# Stops at once: a graceful stop of gunicorn's waits two seconds for kept-alive connections, granian's for nobody.
STOP_SIGNALS = {"gunicorn": signal.SIGQUIT, "granian": signal.SIGTERM}


@dataclass
class Service:
    """gunicorn, or granian, serving the app in processes of its own, as in production."""

    process: subprocess.Popen[bytes] | Forked
    url: str
    log: Path
    server: str = "gunicorn"

    def wait(self, path: str = "/healthz", seconds: float = 60) -> None:
        """Return when it answers 200 there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                if urllib3.request("GET", self.url + path, retries=False, timeout=5).status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(0.02)
        pytest.fail(f"the service did not answer {path}:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def kill_workers(self) -> None:
        """kill -9 of each, as where memory runs out; the server starts others."""
        master = self.process.pid
        for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)

    def kill(self) -> None:
        """kill -9 of the server and its workers, as when the machine is lost."""
        self.process.send_signal(signal.SIGSTOP)  # it starts no worker in between
        self.kill_workers()
        self.process.kill()
        self.process.wait(10)


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The settings as the environment variables that make them."""
    declared = settings.model_dump(exclude_unset=True)
    texts = {name.upper(): _text(value) for name, value in declared.items()}
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**inherited, **texts, **more}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    secret = getattr(value, "get_secret_value", None)
    return secret() if secret else str(value)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Start the service with these settings; it is stopped after the test."""
    with services(tmp_path) as start:
        yield start


@pytest.fixture(params=SERVERS)
def serve_on_either(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Service]]:
    """As `serve`, on gunicorn and then on granian."""
    with services(tmp_path, request.param) as start:
        yield start


@contextmanager
def services(folder: Path, server: str = "gunicorn") -> Iterator[Callable[..., Service]]:
    """As `serve`, for as long as the caller wants; logs go to the folder."""
    running: list[Service] = []
    given: list[Settings] = []

    def start(
        settings: Settings,
        *,
        workers: int = 1,
        wait: str = "/readyz",
        port: int | None = None,
        app: str = "service.wsgi:app",
        **more: str,
    ) -> Service:
        port = port or free_port()
        log = folder / f"{server}-{len(running)}.log"
        environment = environment_of(settings, PORT=str(port), WEB_CONCURRENCY=str(workers), **more)
        module, arguments = COMMANDS[server]
        process = start_server(module, [*arguments, app], environment, log)
        service = Service(process, f"http://127.0.0.1:{port}", log, server)
        running.append(service)
        given.append(settings)
        if wait:
            service.wait(wait)
        return service

    yield start
    for service in running:
        service.process.send_signal(STOP_SIGNALS[service.server])
    for service, settings in zip(running, given, strict=True):
        service.process.wait(30)
        for scan in _scans:
            scan.scan_file(service.log, settings)
