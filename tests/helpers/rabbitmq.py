"""A real RabbitMQ on this machine: Debian's package, with everything it writes in one folder."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
import pika.exceptions

from dev.children import spawn, stop
from dev.ports import free_port

SCRIPTS = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
START_S = 60


class RabbitServer:
    """One node. `start` and `stop` may alternate; its queues survive, for they are durable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._epmd_port = free_port()
        self._dist_port = free_port()
        self.port = free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"
        self._log = (folder / "log").open("ab")
        epmd = ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"]
        # Erlang would leave one of its own behind.
        self._epmd = spawn(epmd, output=self._log, env=self._environment())
        self._node: subprocess.Popen[bytes] | None = None

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": os.environ["PATH"],
            "HOME": folder,  # Erlang's cookie
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": f"moodrop{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/logs",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_CONFIG_FILE": f"{folder}/none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/none",
        }

    def start(self) -> None:
        self._node = spawn([SCRIPTS[-1]], output=self._log, env=self._environment())
        deadline = time.monotonic() + START_S
        while not self._answers():
            if self._node.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self._folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.3)

    def _answers(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def stop(self) -> None:
        if self._node is not None:
            stop(self._node)
            self._node = None

    def close(self) -> None:
        self.stop()
        stop(self._epmd)
        self._log.close()


def is_installed() -> bool:
    return bool(SCRIPTS) and shutil.which("epmd") is not None


@contextmanager
def rabbit_server(folder: Path) -> Iterator[RabbitServer]:
    """Run a node; everything is gone at the end."""
    server = RabbitServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.close()
