"""Finds, builds and starts a local MinIO."""

import http.client
import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dev import children, go_modules
from dev.cache import build_once
from dev.errors import LauncherError, tail
from dev.network import without_proxy
from dev.ports import free_port, is_free
from dev.private import private_folder, private_log
from dev.programs import chosen_program, wait_until_ready
from service.shared.addresses import bracketed

MODULE = "github.com/minio/minio"
VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
MODULE_SUM = "h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA="
START_SECONDS = 60
# MinIO's name for the webhook that `_webhook_environment` configures.
EVENTS_ARN = "arn:minio:sqs::MOODROP:webhook"
INSTEAD = "connect to the network once, or set MINIO_ENDPOINT or MINIO_BIN."


@dataclass(frozen=True)
class Webhook:
    """Where MinIO sends its notifications. It queues those that it cannot deliver yet in `queue_dir`."""

    url: str
    secret: str
    queue_dir: Path


@dataclass
class MinioServer:
    """A running MinIO."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    name: str = field(default="MinIO", init=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        children.stop(self.process)


def find_minio(notice: Callable[[str], None] = lambda _: None) -> Path:
    """Return MINIO_BIN, the minio on PATH, or the one built once from the pinned module.

    The build needs Go, which comes as a wheel if absent; `notice` is called when it begins.
    """
    if chosen := chosen_program("MINIO_BIN", "minio"):
        return chosen

    def build(folder: Path) -> None:
        notice("Building MinIO from source, once: about two minutes on two cores.")
        _build(folder)

    return build_once(f"minio-{VERSION.rpartition('-')[2]}", build) / "minio"


def start_minio(
    data_dir: Path,
    *,
    access_key: str,
    secret_key: str,
    cors_origins: Iterable[str],
    host: str = "127.0.0.1",
    port: int = 0,
    log_path: Path | None = None,
    webhook: Webhook | None = None,
) -> MinioServer:
    """Start MinIO and return once it serves requests; port 0 means any free one.

    It listens on `host` and always on 127.0.0.1. It refuses browsers on other origins than `cors_origins`. Buckets
    may send their notifications to the webhook, as EVENTS_ARN. Raises LauncherError.
    """
    minio = find_minio()
    port = port or free_port()
    if not is_free(port, host):
        raise LauncherError(_port_taken(port))
    private_folder(data_dir)
    log_path = log_path or data_dir.with_name(f"{data_dir.name}.log")
    # An empty folder of certificates: those in ~/.minio would switch MinIO to HTTPS.
    no_certificates = data_dir.with_name(f"{data_dir.name}-certificates")
    where = ["--address", f"{bracketed(host)}:{port}", "--certs-dir", str(no_certificates), str(data_dir)]
    # The service that it notifies is on this machine.
    hosts = [urlsplit(webhook.url).hostname or ""] if webhook else []
    env = _environment(access_key, secret_key, cors_origins, hosts) | _webhook_environment(webhook)
    with private_log(log_path) as log:
        process = children.spawn([minio, "server", "--quiet", *where], output=log, env=env)
    server = MinioServer(process, port, log_path)
    wait_until_ready(server, lambda: _is_ready(server.port), START_SECONDS, lambda: _why(server, data_dir))
    return server


def _environment(access_key: str, secret_key: str, origins: Iterable[str], hosts: Iterable[str] = ()) -> dict[str, str]:
    # MINIO_* variables configure the service; some mean something else to the server.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MINIO_", "_MINIO_"))}
    ours = {
        **without_proxy(inherited, hosts),
        "MINIO_ROOT_USER": access_key,
        "MINIO_ROOT_PASSWORD": secret_key,
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
        # An empty list would mean every origin.
        "MINIO_API_CORS_ALLOW_ORIGIN": ",".join(origins) or "http://no-origin.invalid",
    }
    return {**inherited, **ours}


def _webhook_environment(webhook: Webhook | None) -> dict[str, str]:
    if webhook is None:
        return {}
    return {
        "MINIO_NOTIFY_WEBHOOK_ENABLE_MOODROP": "on",
        "MINIO_NOTIFY_WEBHOOK_ENDPOINT_MOODROP": webhook.url,
        "MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_MOODROP": webhook.secret,
        "MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_MOODROP": str(webhook.queue_dir),
    }


def _is_ready(port: int) -> bool:
    """Return whether MinIO serves requests.

    `ready` answers 200 before the drives are online, but with a header that says so; an unsigned listing is refused
    (403) only after users are loaded.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/minio/health/ready")
        response = connection.getresponse()
        response.read()
        if response.status != 200 or response.headers.get("x-minio-server-status"):
            return False
        connection.request("GET", "/")
        return connection.getresponse().status == 403
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _port_taken(port: int) -> str:
    return f"Port {port} is taken: stop the program there, or choose another port for MinIO."


def _why(server: MinioServer, data_dir: Path) -> str:
    output = "\n".join(tail(server.log_path, 100))
    if "already in use" in output:
        return _port_taken(server.port)
    if "denied" in output:
        return f"MinIO may not write to {data_dir}: change its owner (`chown`)."
    if "No space left" in output:
        return f"No space left for {data_dir}."
    return f"MinIO ended with code {server.process.returncode}: read {server.log_path}"


def _build(folder: Path) -> None:
    go_modules.install(folder, MODULE, VERSION, MODULE_SUM, name="MinIO", instead=INSTEAD)
