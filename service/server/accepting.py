"""Accepts connections; if there is no room for one more, closes the one that is missed least."""

import errno
from collections.abc import Callable
from socket import socket
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from service.server.connection import Connection, Phase
from service.server.limits import TIME_TO_ASK_S, connection_limit
from service.server.metrics.port import EXTENSION, MetricsPort
from service.server.one_cpu import keep_on_one_cpu
from service.server.reading import RequestReader
from service.server.refusals import TooBusy
from service.server.room import Room
from service.server.scheduler import Scheduler
from service.server.settled_config import SettledConfig

ACCEPTS_AT_ONCE = 32
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
NO_PLACE = TooBusy("too many connections are open")


class AcceptingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """The part of the worker that decides which connections stay. worker.py reads, answers and closes them."""

    cfg: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scheduler = Scheduler(self.cfg.threads)
        self._metrics: MetricsPort | None = None
        self.place = 0  # pre_fork sets it: see metrics/files.py

    def init_process(self) -> None:
        keep_on_one_cpu(self.place)
        self.cfg = SettledConfig(self.cfg)
        limit = connection_limit()
        self._room = Room(limit)
        # gunicorn would stop accepting at this number; `accept` makes room instead.
        self.worker_connections = limit + self._room.most_closing + 1
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        # Imported late, as in refusals.py.
        from service.shared.api.requests import body_limit

        self._body_limit: Callable[[str], int] = body_limit
        self._start_metrics()

    def _start_metrics(self) -> None:
        """Have the app's metrics, if it has any, observe each request, and answer on their own port."""
        metrics = getattr(self.wsgi, "extensions", {}).get(EXTENSION)
        if metrics:
            self.log.observers += (lambda done: metrics.observe(done.method, done.status, done.seconds, done.facts),)
            self._metrics = MetricsPort(metrics.port, metrics.text)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Start or stop accepting connections. A worker that stops accepts those that wait, and closes its sockets.

        As long as one has them open, the kernel takes connections that nobody will serve: a proxy would send requests
        by them, instead of to another service.
        """
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                while self.accept(listener):
                    pass
                listener.close()

    def accept(self, listener: socket) -> bool:
        """Accept waiting connections, several at once. Returns whether there may be more."""
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in OUT_OF_FILES:
                    self._free_a_file()
                elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                    raise
                return False
            sock.setblocking(False)
            self._admit(sock, client, listener.getsockname())
        return True

    def _admit(self, sock: socket, client: Any, server: Any) -> None:
        conn = Connection(sock, client, server, RequestReader(self.cfg, client, self._body_limit))
        has_place = self._has_place(conn.peer)
        self._room.add(conn)
        self.nr_conns += 1
        if has_place:
            self._readable(conn)
        else:
            self._refuse(conn, NO_PLACE)

    def _has_place(self, peer: str) -> bool:
        """Return whether the peer may have one more connection, after closing another one if necessary."""
        if self._room.is_full_for(peer):
            return self._make_room(peer)
        return not self._room.is_full() or self._make_room(None)

    def _make_room(self, peer: str | None) -> bool:
        """End a connection of this peer, or of the peer with most connections.

        The one that has waited longest for its client goes first. New connections get time to send a request; if no
        other waits for its client, a request that waits for a thread goes.
        """
        crowd = self._room.largest_peer() if peer is None else peer
        victim = (
            self._longest_waiting(peer, TIME_TO_ASK_S)
            or self._last_in_line(crowd)
            or self._longest_waiting(peer, 0)
            or self._last_in_line(peer)
        )
        if victim is None:
            return False
        self._give_up(victim, NO_PLACE)
        return True

    def _longest_waiting(self, peer: str | None, seconds: float) -> Connection | None:
        """Return the connection that has waited longest for its client; read the requests that have come meanwhile."""
        while (conn := self._room.longest_waiting(peer, seconds)) and conn.phase is Phase.IDLE and conn.has_unread():
            self._readable(conn)
        return conn

    def _last_in_line(self, peer: str | None) -> Connection | None:
        """Take out the last request that waits for a thread, of this peer or of anyone."""
        while (conn := self._scheduler.give_up(lambda conn: peer in (None, conn.peer))) and conn not in self._room:
            pass  # its client has gone already
        return conn

    def _free_a_file(self) -> None:
        if not self._room.oldest_closing():
            self._make_room(None)
        if conn := self._room.oldest_closing():
            self._drop(conn)

    # --- in worker.py -----------------------------------------------------------------------------
    def _readable(self, conn: Connection) -> None:
        """Read what the client has sent."""
        raise NotImplementedError

    def _refuse(self, conn: Connection, error: Exception) -> None:
        """Answer instead of the app, and close the connection."""
        raise NotImplementedError

    def _give_up(self, conn: Connection, why: TooBusy) -> None:
        """End a connection; tell its client why if that waits for an answer."""
        raise NotImplementedError

    def _drop(self, conn: Connection) -> None:
        """Close the connection at once."""
        raise NotImplementedError
