"""Four nodes of MinIO on this machine, and one address before them, as compose.yaml's profile `cluster` has them."""

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path

import urllib3

from dev import children
from dev.minio import MinioServer, find_minio
from dev.ports import free_port
from dev.programs import wait_until_ready
from tests.conftest import Store

NODES = 4
# In a container MinIO waits for ever for another address than that of the loopback. Give it one of the machine, or of
# a network of the test's own: unshare --net, and `ip address add` to its `lo`.
HOST = os.environ.get("MINIO_NODES_HOST", "127.0.0.1")
CANNOT = "in a container set MINIO_NODES_HOST" if HOST == "127.0.0.1" and Path("/.dockerenv").exists() else ""
START_SECONDS = 120
CHUNK = 65536


@dataclass
class MinioNodes:
    """The nodes by port, running or not."""

    folder: Path
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(NODES)])
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int) -> None:
        drives = [f"http://{HOST}:{each}{self.folder}/drive-{each}" for each in self.ports]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINIO_", "_MINIO_"))}
        given = {
            "MINIO_ROOT_USER": Store.access_key,
            "MINIO_ROOT_PASSWORD": Store.secret_key,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
            # Drives of a cluster must not be folders of the system's own disk, unless it is a test.
            "MINIO_CI_CD": "1",
        }
        certificates = self.folder / "certificates"
        where = ["--address", f"{HOST}:{port}", "--certs-dir", certificates, *drives]
        with (self.folder / f"node-{port}.log").open("ab") as log:
            command = [find_minio(), "server", "--quiet", *where]
            self.running[port] = children.spawn(command, output=log, env={**inherited, **given})

    def kill(self, port: int) -> None:
        """End it as a power cut does."""
        self.running[port].kill()
        self.running[port].wait()

    def await_all(self) -> None:
        """Return when every node that runs says that it may write."""
        for port in self.ports:
            server = MinioServer(self.running[port], port, self.folder / f"node-{port}.log")
            wait_until_ready(server, partial(_may_write, port), START_SECONDS, lambda: "the node has ended")

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            children.stop(process)


def _may_write(port: int) -> bool:
    try:
        answer = urllib3.request("GET", f"http://{HOST}:{port}/minio/health/cluster", retries=False, timeout=5)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200


@contextmanager
def minio_nodes(folder: Path) -> Iterator[tuple[MinioNodes, Store]]:
    """Yield the nodes, and the store that they are together."""
    folder.mkdir()
    nodes = MinioNodes(folder)
    try:
        for port in nodes.ports:
            nodes.start(port)
        nodes.await_all()
        with socket.create_server(("127.0.0.1", 0)) as front:
            threading.Thread(target=_accept, args=(front, nodes.ports), daemon=True).start()
            server = MinioServer(nodes.running[nodes.ports[0]], front.getsockname()[1], folder / "front.log")
            yield nodes, Store(server)
            front.shutdown(socket.SHUT_RDWR)
    finally:
        nodes.stop()


def _accept(front: socket.socket, ports: list[int]) -> None:
    """Give each connection to the next node that takes it."""
    next_ports = cycle(ports)
    with suppress(OSError):
        while True:
            client, _ = front.accept()
            threading.Thread(
                target=_connect, args=(client, [next(next_ports) for _ in range(NODES + 1)]), daemon=True
            ).start()


def _connect(client: socket.socket, ports: list[int]) -> None:
    with client:
        for port in ports:
            with suppress(OSError), socket.create_connection((HOST, port)) as node:
                answers = threading.Thread(target=_pass, args=(node, client), daemon=True)
                answers.start()
                _pass(client, node)
                answers.join()
                return


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
    for one in (source, target):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RD if one is source else socket.SHUT_WR)
