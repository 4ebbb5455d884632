"""The servers of a run: which ones are ours, the environment of the service, and the order in which they stop."""

import secrets
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from dev import children
from dev.credentials import Credentials, ensure_credentials
from dev.errors import LauncherError
from dev.media_worker import MediaWorker, worker_environment
from dev.minio import EVENTS_ARN, Webhook, start_minio
from dev.mongodb import start_mongod
from dev.network import EVERY_ADDRESS, lan_address, names, without_proxy
from dev.packages import PYTHON
from dev.ports import free_port
from dev.private import private_log
from dev.programs import Program, Server
from dev.project import LOGS, ROOT, STATE, display_path, port_of
from dev.versitygw import start_versitygw
from service.shared.addresses import as_origin, bracketed, is_loopback

SERVICE_SECONDS = 60


@dataclass
class Stack:
    """The servers of one run. `given` holds the person's settings; ours fill the gaps."""

    given: Mapping[str, str]
    mongod: Server | None = None
    store: Server | None = None
    service: Server | None = None
    worker: MediaWorker | None = None  # not one of the servers: a run goes on without it
    made: dict[str, str] = field(default_factory=dict)
    temporary: Path | None = None

    @property
    def host(self) -> str:
        return (self.given.get("HOST") or "127.0.0.1").strip("[]")

    @property
    def is_shared(self) -> bool:
        """Whether others in the network can reach the service."""
        return not is_loopback(self.host)

    @cached_property
    def public_host(self) -> str:
        """The host by which people reach the service, and the store that we start."""
        return lan_address() or "127.0.0.1" if self.host in EVERY_ADDRESS else self.host

    @property
    def address(self) -> str:
        """Where people reach the service."""
        return f"http://{bracketed(self.public_host)}:{port_of(self.given)}"

    @property
    def own_address(self) -> str:
        """Where this machine reaches the service."""
        host = "127.0.0.1" if self.host in EVERY_ADDRESS else bracketed(self.host)
        return f"http://{host}:{port_of(self.given)}"

    @property
    def is_demo(self) -> bool:
        return self.given.get("STORE") == "moto"

    @property
    def is_versitygw(self) -> bool:
        """Whether the store is to be our own VersityGW."""
        return self.given.get("STORE") == "versitygw" and not self.given.get("MINIO_ENDPOINT")

    @property
    def servers(self) -> list[Server]:
        """The running servers, in the order in which they are stopped."""
        return [server for server in (self.service, self.store, self.mongod) if server]

    def start_mongod(self) -> str:
        if self.given.get("MONGODB_URI") and not self.is_demo:
            return "MONGODB_URI as set"
        data_dir = STATE / "mongodb"
        if self.is_demo:
            self.temporary = Path(tempfile.mkdtemp(prefix="moodrop-demo-"))
            data_dir = self.temporary / "mongodb"
        server = self.mongod = start_mongod(data_dir, log_path=LOGS / "mongodb.log")
        # The files that one store has are not in the other.
        database = "moodrop-versitygw" if self.is_versitygw else "moodrop"
        self.made |= {"MONGODB_URI": server.uri, "MONGODB_DATABASE": self.given.get("MONGODB_DATABASE") or database}
        return "nothing is kept" if self.is_demo else display_path(data_dir)

    def start_minio(self) -> str:
        if self.given.get("MINIO_ENDPOINT"):
            return "MINIO_ENDPOINT as set"
        keys = ensure_credentials(STATE / "credentials.json")
        webhook = self._webhook()
        # If MINIO_PUBLIC_ENDPOINT is set, a proxy in front of the store lets others in, and the store stays private.
        is_shared = self.is_shared and not self.given.get("MINIO_PUBLIC_ENDPOINT")
        server = self.store = start_minio(
            STATE / "minio",
            host=self.host if is_shared else "127.0.0.1",
            port=free_port(preferred=9000),
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            cors_origins=self._origins(),
            log_path=LOGS / "minio.log",
            webhook=webhook,
        )
        self._use_own_store(server.port, keys, webhook, is_shared=is_shared)
        self.made["MINIO_EVENTS_ARN"] = EVENTS_ARN
        return f"{server.endpoint}, {display_path(STATE / 'minio')}"

    def start_versitygw(self) -> str:
        """Start the service, then the store: VersityGW ends at once if nobody answers where it sends its events."""
        keys, webhook, port = ensure_credentials(STATE / "credentials.json"), self._webhook(), free_port(preferred=9000)
        is_shared = self.is_shared and not self.given.get("MINIO_PUBLIC_ENDPOINT")
        self._use_own_store(port, keys, webhook, is_shared=is_shared)
        if self.is_shared:
            # The service gives its buckets the list that MinIO has for the whole server.
            self.made["CORS_ORIGINS"] = ",".join(self._origins())
        self.start_service()
        server = self.store = start_versitygw(
            STATE / "versitygw",
            host=self.host if is_shared else "127.0.0.1",
            port=port,
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            log_path=LOGS / "versitygw.log",
            webhook=webhook,
        )
        if self.service:  # it has begun without a store, and tries again now and then
            self._wait(self.service, f"{self.own_address}/readyz")
        return f"{server.endpoint}, {display_path(STATE / 'versitygw')}"

    def _use_own_store(self, port: int, keys: Credentials, webhook: Webhook, *, is_shared: bool) -> None:
        self._use_store(f"http://127.0.0.1:{port}", keys.access_key, keys.secret_key)
        if is_shared:
            self.made["MINIO_PUBLIC_ENDPOINT"] = f"http://{bracketed(self.public_host)}:{port}"
        self.made["EVENTS_SECRET"] = webhook.secret
        # The service makes this account.
        self.made |= {
            "MINIO_WORKER_ACCESS_KEY": keys.worker_access_key,
            "MINIO_WORKER_SECRET_KEY": keys.worker_secret_key,
        }

    def start_moto(self) -> str:
        port = free_port()
        with private_log(LOGS / "moto.log") as log:
            command = [str(PYTHON), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
            process = children.spawn(command, output=log, cwd=ROOT)
        self.store = Program("moto", process, LOGS / "moto.log")
        self._use_store(f"http://127.0.0.1:{port}", "moto", "moto-in-memory")
        self.made["WAIVED_CHECKS"] = "all"
        self._wait(self.store, f"http://127.0.0.1:{port}/moto-api/")
        return "in memory"

    def start_service(self) -> str:
        self.set_secret_key()
        with private_log(LOGS / "service.log") as log:
            command = [str(PYTHON), "-m", "service.server"]
            process = children.spawn(command, output=log, env=self.service_environment(), cwd=ROOT)
        self.service = Program("The service", process, LOGS / "service.log")
        self._wait(self.service, f"{self.own_address}/healthz")
        return ""

    def start_worker(self) -> str:
        self.worker = MediaWorker(worker_environment(self.service_environment()))
        return self.worker.start()

    def set_secret_key(self) -> None:
        """Give the service this checkout's SECRET_KEY if none is set; the demo keeps none."""
        if self.given.get("SECRET_KEY"):
            return
        self.made["SECRET_KEY"] = (
            secrets.token_hex(32) if self.is_demo else ensure_credentials(STATE / "credentials.json").service_key
        )

    def service_environment(self) -> dict[str, str]:
        ours = {"HOST": self.host, "PORT": str(port_of(self.given))}
        # An empty WEB_CONCURRENCY would end gunicorn.
        set_ones = {name: value for name, value in self.given.items() if value}
        no_proxy = without_proxy(self.given, [self.public_host])
        return {**self._identity(), **set_ones, **ours, **self.made, **no_proxy}

    def _identity(self) -> dict[str, str]:
        """Return who may use a service for which nobody chose a way to sign in; what the person set takes precedence.

        On this machine everybody is the local guest, without a click, until somebody creates an account.
        """
        if any(self.given.get(name) for name in ("AUTH_MODE", "JWT_SECRET", "JWT_JWKS_URL")):
            return {}
        sends_mail = bool(self.given.get("SMTP_URL"))
        if not self.is_shared:
            mails = {} if sends_mail else {"MAIL_PAGE": "1"}
            return {"AUTH_MODE": "accounts", "GUESTS": "local", **mails}
        if not sends_mail:  # codes would reach nobody, and a page of mails would show everyone's
            return {"AUTH_MODE": "open"}
        # Without a quota a guest could fill the disk.
        guests = {"GUESTS": "own"} if self.given.get("QUOTA_BYTES") else {}
        return {"AUTH_MODE": "accounts", "PUBLIC_URL": self.address, **guests}

    @property
    def notice(self) -> str | None:
        """What a person should know about others in the network, if they can reach the service."""
        if not self.is_shared:
            return None
        settings = {**self.given, **self.made}
        public = settings.get("MINIO_PUBLIC_ENDPOINT") or settings.get("MINIO_ENDPOINT") or ""
        if is_loopback(urlsplit(public).hostname or ""):
            return f"Only this machine can upload: the store is at {public}. Others need MINIO_PUBLIC_ENDPOINT."
        return "Others in your network can use it too, at that address."

    def ended(self) -> Server | None:
        """Return a server that has ended by itself, or None."""
        return next((server for server in self.servers if server.process.poll() is not None), None)

    def stop(self) -> None:
        if self.worker:
            self.worker.stop()
        for server in self.servers:
            server.stop()
        children.stop_all()
        if self.temporary:
            shutil.rmtree(self.temporary, ignore_errors=True)

    def _webhook(self) -> Webhook:
        # MinIO starts before the service, but the port of the service is known by then.
        secret = self.given.get("EVENTS_SECRET") or secrets.token_urlsafe(32)
        return Webhook(f"{self.own_address}/v1/events/store", secret, STATE / "events")

    def _origins(self) -> list[str]:
        hosts = [bracketed(self.public_host), "127.0.0.1", "localhost", *(names() if self.is_shared else [])]
        own = [f"http://{host}:{port_of(self.given)}" for host in hosts]
        others = [*self.given.get("CORS_ORIGINS", "").split(","), self.given.get("PUBLIC_URL", "")]
        origins = []
        for text in own + others:
            with suppress(ValueError):  # empty, or one that the service will refuse
                origins.append(as_origin(text.strip()))
        return list(dict.fromkeys(origins))

    def _use_store(self, endpoint: str, access_key: str, secret_key: str) -> None:
        self.made |= {"MINIO_ENDPOINT": endpoint, "MINIO_ACCESS_KEY": access_key, "MINIO_SECRET_KEY": secret_key}

    def _wait(self, server: Server, url: str) -> None:
        deadline = time.monotonic() + SERVICE_SECONDS
        while not _answers(url):
            if server.process.poll() is not None:
                raise server_ended(server)
            if time.monotonic() > deadline:
                raise ServerFailed(server, f"did not answer within {SERVICE_SECONDS} s")
            time.sleep(0.05)


class ServerFailed(LauncherError):
    """A server ended or did not answer; the end of its log says why."""

    def __init__(self, server: Server, what: str) -> None:
        super().__init__(f"{server.name} {what}; the end of {display_path(server.log_path)}:")
        self.log_path = server.log_path


def server_ended(server: Server) -> ServerFailed:
    code = server.process.returncode
    return ServerFailed(server, f"was killed by signal {-code}" if code < 0 else f"ended with code {code}")


def _answers(url: str) -> bool:
    # No proxy between two programs on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
