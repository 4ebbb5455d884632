"""Finds, builds and starts a local VersityGW, the second supported store."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from dev import children, go_modules
from dev.cache import build_once
from dev.credentials import Credentials
from dev.errors import LauncherError, last_line
from dev.minio import Webhook
from dev.network import EVERY_ADDRESS
from dev.ports import free_port, is_free
from dev.private import private_folder, private_log
from dev.programs import answers_with, chosen_program, wait_until_ready
from service.shared.addresses import bracketed

MODULE = "github.com/versity/versitygw"
VERSION = "v1.8.0"
MODULE_SUM = "h1:au+wI+aybno/STsQiSm35Uu6Q6iK5MWReQxgO6SEMFc="
START_SECONDS = 30
INSTEAD = "connect to the network once, or set VERSITYGW_BIN."
HEALTH = "/health"


@dataclass
class VersitygwServer:
    """A running VersityGW."""

    process: subprocess.Popen[bytes]
    port: int
    log_path: Path
    root: Credentials
    name: str = field(default="VersityGW", init=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def create_user(self, user: Credentials) -> None:
        """Create an account, which has no rights until a bucket's policy names its access key."""
        admin = {"ADMIN_ENDPOINT_URL": self.endpoint, "ADMIN_ACCESS_KEY": self.root.access_key}
        env = {**os.environ, **admin, "ADMIN_SECRET_KEY": self.root.secret_key}
        made = ["--access", user.access_key, "--secret", user.secret_key, "--role", "user"]
        command = [str(find_versitygw()), "admin", "create-user", *made]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=START_SECONDS)
        if done.returncode:
            raise LauncherError(f"VersityGW could not create the account {user.access_key} ({last_line(done.stderr)})")

    def stop(self) -> None:
        children.stop(self.process)


def find_versitygw(notice: Callable[[str], None] = lambda _: None) -> Path:
    """Return VERSITYGW_BIN, the versitygw on PATH, or the one built once from the pinned module."""
    if chosen := chosen_program("VERSITYGW_BIN", "versitygw"):
        return chosen

    def build(folder: Path) -> None:
        notice("Building VersityGW from source, once: about two minutes on two cores.")
        go_modules.install(
            folder, MODULE, VERSION, MODULE_SUM, name="VersityGW", instead=INSTEAD, package="/cmd/versitygw"
        )

    return build_once(f"versitygw-{VERSION}", build) / "versitygw"


def start_versitygw(
    data_dir: Path,
    *,
    access_key: str,
    secret_key: str,
    versioning: bool = True,
    accounts: bool = True,
    host: str = "127.0.0.1",
    port: int = 0,
    log_path: Path | None = None,
    webhook: Webhook | None = None,
) -> VersitygwServer:
    """Start VersityGW over a folder and return once it serves requests; port 0 means any free one.

    It listens on `host` and always on 127.0.0.1. The folder's file system must support extended attributes. Without
    `versioning` it keeps one version of each object. It keeps `accounts` other than root in a separate folder. Every
    bucket sends its notifications to the webhook, which must answer already. Raises LauncherError.
    """
    versitygw, port = find_versitygw(), port or free_port()
    if not is_free(port, host):
        raise LauncherError(f"Port {port} is taken: stop the program there, or choose another port for VersityGW.")
    private_folder(data_dir)
    versions, account_folder = (data_dir.with_name(f"{data_dir.name}-{what}") for what in ("versions", "accounts"))
    private_folder(versions)
    private_folder(account_folder)
    # Variables from the caller's shell are meant for other servers.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("VGW_", "ROOT_"))}
    env = {**inherited, "ROOT_ACCESS_KEY": access_key, "ROOT_SECRET_KEY": secret_key, **_webhook_environment(webhook)}
    server = ["--quiet", "--health", HEALTH, "--keep-alive", *_listening(host, port)]
    # Its cache takes one account for another: the keys that it keeps are overwritten by the next request.
    server += ["--iam-dir", str(account_folder), "--iam-cache-disable"] if accounts else []
    backend = ["posix", *(["--versioning-dir", str(versions)] if versioning else []), str(data_dir)]
    log_path = log_path or data_dir.with_name(f"{data_dir.name}.log")
    with private_log(log_path) as log:
        process = children.spawn([versitygw, *server, *backend], output=log, env=env)
    started = VersitygwServer(process, port, log_path, Credentials(access_key, secret_key))
    wait_until_ready(started, lambda: answers_with(200, started.port, HEALTH), START_SECONDS)
    return started


def _listening(host: str, port: int) -> list[str]:
    hosts = dict.fromkeys((host, *(() if host in EVERY_ADDRESS else ("127.0.0.1",))))
    return [option for one in hosts for option in ("--port", f"{bracketed(one)}:{port}")]


def _webhook_environment(webhook: Webhook | None) -> dict[str, str]:
    """Return the address with the secret as its password: VersityGW sends no other credential."""
    if webhook is None:
        return {}
    scheme, _, rest = webhook.url.partition("://")
    return {"VGW_EVENT_WEBHOOK_URL": f"{scheme}://moodrop:{quote(webhook.secret, safe='')}@{rest}"}
