"""gunicorn's threaded worker, in which no client can hold a thread.

One thread, the poller, reads every request and writes every answer. It never waits for one client, and gives each a
deadline. The pool's threads get complete requests only. Written for gunicorn 27.0.1: the worker overrides `accept`,
`enqueue_req`, `handle`, `finish_request` and how connections end; the loop of `run`, signals and the stop are
gunicorn's own.
"""

import errno
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from socket import socket
from typing import Any

from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from service.log_quota import LogQuota
from service.server.connection import Connection, Phase, asks_store, what_it_asks
from service.server.fair_queue import FairQueue, Repeats
from service.server.limits import (
    MAX_HELD_BYTES,
    MOST_REPEATS,
    PEER_SHARE,
    REPEATED_WITHIN_S,
    SMALL_BYTES,
    THREADS_FOR_OTHERS,
    connection_limit,
)
from service.server.reading import RECEIVE_BYTES, RequestReader, decode_body
from service.server.refusals import TooBusy, TooSlow, refusal

# The interval between two checks of the deadlines.
TICK_S = 0.25
ACCEPTS_AT_ONCE = 32
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"
# Answered by a separate thread, so that a supervisor sees that the process lives, whatever the other threads wait for.
HEALTH = "/healthz"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """One process: a poller, a pool of threads, and a thread for /healthz."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connections: set[Connection] = set()
        self._peers: Counter[str] = Counter()
        self._held_bytes = 0
        self._next_look = 0.0
        self._log_quota = LogQuota()
        self._queue: FairQueue[Connection] = FairQueue(self.cfg.threads, THREADS_FOR_OTHERS)
        self._repeats = Repeats(REPEATED_WITHIN_S, MOST_REPEATS)

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        if cfg.is_ssl:
            raise ConfigError("this worker speaks plain HTTP: put an HTTPS proxy in front of it")

    def init_process(self) -> None:
        self._limit = connection_limit()
        # gunicorn would stop accepting at this number; `accept` makes room instead.
        self.worker_connections = self._limit + 1
        self._health = ThreadPoolExecutor(1, "health")
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        # Imported late, as in refusals.py.
        from service.api.requests import body_limit

        self._body_limit: Callable[[str], int] = body_limit

    # --- connections come -------------------------------------------------------------------------
    def accept(self, listener: socket) -> None:
        """Accept waiting connections, several at once."""
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in OUT_OF_FILES:
                    self._make_room(None)
                elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                    raise
                return
            sock.setblocking(False)
            self._admit(sock, client, listener.getsockname())

    def _admit(self, sock: socket, client: Any, server: Any) -> None:
        conn = Connection(sock, client, server, RequestReader(self.cfg, client, self._body_limit))
        one_too_many = bool(conn.peer) and self._peers[conn.peer] >= max(1, self._limit // PEER_SHARE)
        if (one_too_many or len(self._connections) >= self._limit) and not self._make_room(
            conn.peer if one_too_many else None
        ):
            self._turn_away(conn)
            return
        self._connections.add(conn)
        self._peers[conn.peer] += 1
        self.nr_conns += 1
        self._readable(conn)

    def _make_room(self, peer: str | None) -> bool:
        """End the connection that has waited longest for its client, of this peer or of the one that has most.

        Where each has a request at work: one whose request waits for a thread.
        """
        some = [conn for conn in self._connections if peer is None or conn.peer == peer]
        waiting = [conn for conn in some if conn.phase is not Phase.WORKING]
        victim: Connection | None
        if waiting:
            victim = min(waiting, key=lambda conn: (-self._peers[conn.peer], conn.since))
        else:
            victim = self._queue.give_up(lambda conn: peer is None or conn.peer == peer)
        if victim is None:
            return False
        self._give_up(victim, TooBusy("too many connections are open"))
        return True

    def _turn_away(self, conn: Connection) -> None:
        self._answer_now(conn, TooBusy("too many connections are open"))
        conn.close()

    def _answer_now(self, conn: Connection, why: TooBusy) -> None:
        """Send as much of the refusal as the client has room for."""
        self._tell(conn.client, why)
        with suppress(OSError):
            conn.socket.send(refusal(why) or b"")

    # --- requests are read ------------------------------------------------------------------------
    def _readable(self, conn: Connection, _socket: object = None) -> None:
        if conn.phase is Phase.WORKING:
            # Few send before they have their answer: it is cheaper to stop looking when one does.
            self._watch(conn, 0)
            if not conn.has_thread and conn.was_reset():
                self._drop(conn)
            return
        try:
            data = conn.socket.recv(RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            self._watch(conn, EVENT_READ)
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        elif conn.phase is not Phase.CLOSING:
            self._feed(conn, data)

    def _feed(self, conn: Connection, data: bytes) -> None:
        """Process the bytes received; start the next request if it is complete."""
        try:
            request = conn.reader.feed(data)
        except Exception as error:  # noqa: BLE001 - whatever gunicorn's parser says no with
            self._refuse(conn, error)
            return
        self._count(conn)
        if request is not None:
            self._begin(conn, request)
            return
        conn.wait_for_request()
        if conn.reader.needs_go_ahead():
            with suppress(OSError):
                conn.socket.send(GO_AHEAD)
        self._watch(conn, EVENT_READ)
        self._hold_less()

    def _begin(self, conn: Connection, request: Any) -> None:
        conn.take(request)
        self._count(conn)
        self._hold_less()
        if self._held_bytes > MAX_HELD_BYTES and conn.held_bytes > SMALL_BYTES:
            self._refuse(conn, TooBusy("too many large requests are in progress"))
            return
        self._watch(conn, EVENT_READ)
        self.enqueue_req(conn)

    # --- requests are handled ---------------------------------------------------------------------
    def enqueue_req(self, conn: Connection) -> None:
        """Queue the request until its caller's turn comes and a thread handles it."""
        if conn.request.path == HEALTH:
            self._submit(self._health, conn)
            return
        self._queue.add(conn.caller, conn, self._kind(conn))
        self._hand_out()

    def _kind(self, conn: Connection) -> str:
        """What the request takes turns with the caller's others as: looks, confirms, those asked again, the rest."""
        if asks_store(conn.request):
            return "again" if self._repeats.note(what_it_asks(conn.request, conn.caller)) else "confirm"
        return "look" if conn.request.method in ("GET", "HEAD") else "other"

    def _hand_out(self) -> None:
        while conn := self._queue.take():
            if conn in self._connections:
                self._submit(self.tpool, conn)
            else:  # its client has gone
                self._queue.done(conn.caller)

    def _submit(self, pool: ThreadPoolExecutor, conn: Connection) -> None:
        conn.has_thread = True
        done = pool.submit(self.handle, conn)
        done.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))

    def handle(self, conn: Connection) -> bool:
        """Answer the request in a thread of the pool. Returns whether the connection may be used again."""
        keeps_alive = False
        try:
            decode_body(conn.request)
            keeps_alive = bool(self.handle_request(conn.request, conn))
        except StopIteration:  # the answer broke off, and gunicorn has logged it
            pass
        except Exception as error:  # noqa: BLE001 - told and logged there
            self.handle_error(conn.request, conn.answer, conn.client, error)
        # Most answers are sent here; the poller sends the rest.
        with suppress(OSError):
            conn.answer.flush()
        return keeps_alive

    def finish_request(self, conn: Connection, done: "Future[bool]") -> None:
        """Continue with the connection in the poller."""
        if conn.request.path != HEALTH:
            self._queue.done(conn.caller)
            self._hand_out()
        conn.keeps_alive = not done.cancelled() and not done.exception() and done.result()
        conn.leave()
        self._write(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        answer = refusal(exc)
        if answer is None:
            super().handle_error(req, client, addr, exc)
            return
        if not isinstance(exc, TooSlow):
            self._tell(addr, exc)
        client.sendall(answer)

    def _tell(self, client: Any, why: BaseException) -> None:
        if (more := self._log_quota.take()) is not None:
            self.log.warning("Refused a request from %s: %s%s", (client or ["a socket"])[0], why, more)

    # --- answers are written ----------------------------------------------------------------------
    def _refuse(self, conn: Connection, error: Exception) -> None:
        """Answer instead of the app, and close the connection."""
        self.handle_error(None, conn.answer, conn.client, error)
        conn.leave()
        conn.keeps_alive = False
        self._write(conn)

    def _write(self, conn: Connection, _socket: object = None) -> None:
        try:
            is_sent = conn.answer.flush()
        except OSError:
            self._drop(conn)
            return
        self._count(conn)
        if is_sent:
            self._sent(conn)
            return
        conn.wait_for_client()
        self._watch(conn, EVENT_WRITE)
        self._hold_less()

    def _sent(self, conn: Connection) -> None:
        if conn.keeps_alive:
            patience = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER)
            conn.enter(Phase.IDLE, patience)
            if conn.reader.has_begun:
                self._feed(conn, b"")
            else:
                self._watch(conn, EVENT_READ)
            return
        try:
            conn.say_goodbye()
        except OSError:
            self._drop(conn)
            return
        self._watch(conn, EVENT_READ)

    # --- connections end --------------------------------------------------------------------------
    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, TICK_S))

    def murder_pending(self) -> None:
        """Close connections past their deadlines. gunicorn calls this repeatedly."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + TICK_S
        for conn in [conn for conn in self._connections if conn.deadline < now]:
            if conn.phase in (Phase.HEAD, Phase.BODY):
                self._refuse(conn, TooSlow(f"the {conn.phase.name.lower()} of the request did not arrive in time"))
            else:
                self._drop(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all connections when gunicorn stops."""
        if force:
            for conn in list(self._connections):
                self._drop(conn)
            self._health.shutdown(wait=False)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self._connections:
            if conn.phase is Phase.IDLE:
                conn.end_by(deadline)

    def _hold_less(self) -> None:
        """Drop the oldest large connections until memory is within its limit."""
        while self._held_bytes > MAX_HELD_BYTES:
            large = [
                conn for conn in self._connections if conn.phase is not Phase.WORKING and conn.held_bytes > SMALL_BYTES
            ]
            if not large:
                return
            self._give_up(min(large, key=lambda conn: conn.since), TooBusy("too many large requests are in progress"))

    def _give_up(self, conn: Connection, why: TooBusy) -> None:
        if conn.phase in (Phase.HEAD, Phase.BODY, Phase.WORKING):
            self._answer_now(conn, why)
        self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        if conn not in self._connections:
            return
        self._watch(conn, 0)
        self._connections.remove(conn)
        self._peers[conn.peer] -= 1
        if not self._peers[conn.peer]:
            del self._peers[conn.peer]
        self.nr_conns -= 1
        conn.close()
        self._held_bytes -= conn.counted_bytes

    # --- the poller's registrations ---------------------------------------------------------------
    def _watch(self, conn: Connection, events: int) -> None:
        """Register the connection with the poller: for when the client sends, for when it reads, or not at all."""
        if events == conn.watched_for:
            return
        if not events:
            self.poller.unregister(conn.socket)
        else:
            what = self.poller.modify if conn.watched_for else self.poller.register
            what(conn.socket, events, partial(self._readable if events == EVENT_READ else self._write, conn))
        conn.watched_for = events

    def _count(self, conn: Connection) -> None:
        held = conn.held_bytes
        self._held_bytes += held - conn.counted_bytes
        conn.counted_bytes = held
