"""granian's parent process: it starts the workers, replaces them and stops them. It loads neither the app nor Flask."""

import logging
import multiprocessing
import os
import socket
from functools import partial
from typing import Any

from granian._granian import SocketHolder
from granian.server.mp import MPServer
from gunicorn import systemd

from service.server.granian.options import BACKLOG, ip_of, options_of, workers_in
from service.server.granian.worker import load_app
from service.server.metrics.files import remove_files, start_files
from service.settings import Settings

log = logging.getLogger(__name__)

# As gunicorn has it: the worker cannot start, and another one could not either.
BOOT_FAILED = 3


class Server(MPServer):
    """granian with one socket for all workers; written for granian 2.8.

    By itself it gives each worker a socket, whose waiting connections are reset when that worker ends. And it shares
    the port with whoever else does so: a second service would get half of the requests.
    """

    def __init__(self, target: str, listening: socket.socket, **options: Any) -> None:
        super().__init__(target, **options)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._ssp = None
        self._shd = SocketHolder(self._listening.fileno(), False, BACKLOG)  # type: ignore[call-arg,assignment]  # its types are old
        self._sso = self._listening  # which granian closes when it stops

    def _respawn_workers(self, *arguments: Any, **options: Any) -> None:
        """Replace workers, however often they die.

        By itself granian stops, with all its workers, if one dies twice within 5.5 s, as happens where memory is short.
        A worker that cannot even start ends the service by itself: see `load_app`.
        """
        super()._respawn_workers(*arguments, **options)
        self.respawned_wrks.clear()


class Master:
    """One run of the service on granian."""

    def __init__(self, settings: Settings, target: str) -> None:
        self._settings = settings
        self._target = target

    def run(self) -> int:
        """Serve until a signal ends it; return the exit code."""
        # The workers inherit the sockets.
        multiprocessing.set_start_method("fork", force=True)
        options = options_of(self._settings, workers_in(os.environ))
        listening = _listening(options["address"], options["port"], "PORT")
        metrics = self._start_metrics()
        failed, fails = multiprocessing.Pipe(duplex=False)
        server = Server(self._target, listening, **options)
        server.on_startup(partial(systemd.sd_notify, "READY=1\nSTATUS=Moodrop on granian", log))
        try:
            server.serve(target_loader=partial(load_app, self._target, fails, metrics), wrap_loader=False)
        except SystemExit as ended:
            return BOOT_FAILED if failed.poll() else int(ended.code or 0)
        finally:
            remove_files()
        return BOOT_FAILED if failed.poll() else 0

    def _start_metrics(self) -> socket.socket | None:
        port = self._settings.metrics_port
        if not port:
            return None
        listening = _listening(ip_of(self._settings.metrics_host), port, "METRICS_PORT")
        start_files(port)
        return listening


def _listening(address: str, port: int, setting: str) -> socket.socket:
    """Return a socket that listens there. Raises SystemExit if another program does."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SystemExit(f"Moodrop cannot start: {setting}={port} on {address}: {error.strerror}") from error
