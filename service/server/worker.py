"""gunicorn's threaded worker, in which no client can hold a thread.

One thread, the poller, reads every request and writes every answer. It never waits for one client, and gives each a
deadline. The pool's threads get complete requests only. Written for gunicorn 27.0.1: the worker overrides `accept`,
`enqueue_req`, `handle`, `finish_request` and how connections end; the loop of `run`, signals and the stop are
gunicorn's own.
"""

import errno
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from socket import socket
from typing import Any

from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from service.server.connection import Connection, Phase
from service.server.limits import SMALL_BYTES, TIME_TO_ASK_S, connection_limit
from service.server.reading import RECEIVE_BYTES, RequestReader, decode_body
from service.server.refusals import TooBusy, TooSlow, refusal
from service.server.room import Room
from service.server.turns import Turns
from service.shared.log_quota import LogQuota

# The interval between two checks of the deadlines.
TICK_S = 0.25
ACCEPTS_AT_ONCE = 32
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"
NO_PLACE = TooBusy("too many connections are open")
NO_MEMORY = TooBusy("too many large requests are in progress")
# Answered by a separate thread, so that a supervisor sees that the process lives, whatever the other threads wait for.
HEALTH = "/healthz"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """One process: a poller, a pool of threads, and a thread for /healthz."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turns = Turns(self.cfg.threads)
        self._log_quota = LogQuota()
        self._next_look = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        if cfg.is_ssl:
            raise ConfigError("this worker speaks plain HTTP: put an HTTPS proxy in front of it")

    def init_process(self) -> None:
        limit = connection_limit()
        self._room = Room(limit)
        # gunicorn would stop accepting at this number; `accept` makes room instead.
        self.worker_connections = limit + self._room.most_closing + 1
        self._health = ThreadPoolExecutor(1, "health")
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        # Imported late, as in refusals.py.
        from service.shared.api.requests import body_limit

        self._body_limit: Callable[[str], int] = body_limit

    # --- connections come -------------------------------------------------------------------------
    def accept(self, listener: socket) -> None:
        """Accept waiting connections, several at once."""
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                sock, client = listener.accept()
            except OSError as error:
                if error.errno in OUT_OF_FILES:
                    self._free_a_file()
                elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                    raise
                return
            sock.setblocking(False)
            self._admit(sock, client, listener.getsockname())

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
        """Whether there is a place for one more connection of the peer, if need be that of another one."""
        if self._room.is_full_for(peer):
            return self._make_room(peer)
        return not self._room.is_full() or self._make_room(None)

    def _make_room(self, peer: str | None) -> bool:
        """End a connection of this peer, or else of the one that has most.

        Those go first that have waited longest for their client. New ones get time to ask; where no other waits, a
        request that waits for a thread goes.
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
        while (conn := self._turns.give_up(lambda conn: peer in (None, conn.peer))) and conn not in self._room:
            pass  # its client has gone already
        return conn

    def _free_a_file(self) -> None:
        if not self._room.oldest_closing():
            self._make_room(None)
        if conn := self._room.oldest_closing():
            self._drop(conn)

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
        self._room.count(conn)
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
        self._room.count(conn)
        self._hold_less()
        if self._room.holds_too_much() and conn.held_bytes > SMALL_BYTES:
            self._refuse(conn, NO_MEMORY)
            return
        self._watch(conn, EVENT_READ)
        self.enqueue_req(conn)

    # --- requests are handled ---------------------------------------------------------------------
    def enqueue_req(self, conn: Connection) -> None:
        """Queue the request until its caller's turn comes and a thread handles it."""
        if conn.request.path == HEALTH:
            self._submit(self._health, conn)
            return
        self._turns.add(conn)
        self._hand_out()

    def _hand_out(self) -> None:
        while conn := self._turns.take():
            if conn in self._room:
                self._submit(self.tpool, conn)
            else:  # its client has gone
                self._turns.done(conn)

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
            self._turns.done(conn)
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
        conn.reader.discard()
        conn.leave()
        conn.keeps_alive = False
        self._write(conn)

    def _write(self, conn: Connection, _socket: object = None) -> None:
        try:
            is_sent = conn.answer.flush()
        except OSError:
            self._drop(conn)
            return
        self._room.count(conn)
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
        if one_too_many := self._room.start_closing(conn):
            self._drop(one_too_many)

    # --- connections end --------------------------------------------------------------------------
    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, TICK_S))

    def murder_pending(self) -> None:
        """Close connections past their deadlines. gunicorn calls this repeatedly."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + TICK_S
        for conn in self._room:
            if conn.deadline >= now:
                continue
            if conn.phase in (Phase.HEAD, Phase.BODY):
                self._refuse(conn, TooSlow(f"the {conn.phase.name.lower()} of the request did not arrive in time"))
            else:
                self._drop(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all connections when gunicorn stops."""
        if force:
            for conn in self._room:
                self._drop(conn)
            self._health.shutdown(wait=False)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self._room:
            if conn.phase is Phase.IDLE:
                conn.end_by(deadline)

    def _hold_less(self) -> None:
        """End the oldest large connections until memory is within its limit."""
        while self._room.holds_too_much() and (conn := self._room.oldest_large()):
            self._give_up(conn, NO_MEMORY)

    def _give_up(self, conn: Connection, why: TooBusy) -> None:
        """End a connection; tell its client why if that waits for an answer."""
        if conn.phase in (Phase.HEAD, Phase.BODY, Phase.WORKING):
            self._refuse(conn, why)
        else:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        if conn in self._room:
            self._watch(conn, 0)
            self._room.remove(conn)
            self.nr_conns -= 1
            conn.close()

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
