"""gunicorn's threaded worker, in which no client can hold a thread.

One thread, the poller, reads every request and writes every answer. It never waits for one client, and gives each a
deadline. The pool's threads get complete requests only. Written for gunicorn 27.0.1: the worker overrides `accept` (in
accepting.py), `enqueue_req`, `handle`, `finish_request` and how connections end; gunicorn itself runs the loop, handles
signals and stops.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.errors import ConfigError
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from service.server.accepting import AcceptingWorker
from service.server.connection import Connection, Phase
from service.server.finished import refused_by_server
from service.server.limits import SMALL_BYTES
from service.server.reading import RECEIVE_BYTES, decode_body
from service.server.refusals import Refusal, TooBusy, TooSlow, refusal
from service.server.staying import HEALTH, MOST_IN_A_ROW, take_next
from service.shared.log_quota import LogQuota

# The interval between two checks of the deadlines.
TICK_S = 0.25
GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"
NO_MEMORY = TooBusy("too many large requests are in progress")


class Worker(AcceptingWorker):
    """One process: a poller, a pool of threads, a thread for /healthz, and one for /metrics."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._log_quota = LogQuota()
        self._next_check = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        if cfg.is_ssl:
            raise ConfigError("this worker speaks plain HTTP: put an HTTPS proxy in front of it")

    def init_process(self) -> None:
        self._health = ThreadPoolExecutor(1, "health")
        self._scrapes = ThreadPoolExecutor(1, "scrapes")
        super().init_process()

    # --- requests are read ------------------------------------------------------------------------
    def _readable(self, conn: Connection, _socket: object = None) -> None:
        if conn.phase is Phase.WORKING:
            # Few send before they have their answer: it is cheaper to stop looking when one does.
            self._register(conn, 0)
            if not conn.has_thread and conn.was_reset():
                self._drop(conn)
            return
        try:
            data = conn.socket.recv(RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            self._register(conn, EVENT_READ)
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
        self._register(conn, EVENT_READ)
        self._free_memory()

    def _begin(self, conn: Connection, request: Any) -> None:
        conn.take(request)
        self._room.count(conn)
        self._free_memory()
        if self._room.buffers_too_much() and conn.buffered_bytes > SMALL_BYTES:
            self._refuse(conn, NO_MEMORY)
            return
        self._register(conn, EVENT_READ)
        self.enqueue_req(conn)

    # --- requests are handled ---------------------------------------------------------------------
    def enqueue_req(self, conn: Connection) -> None:
        """Queue the request until its caller's turn comes and a thread handles it."""
        by_metrics_port = self._metrics is not None and self._metrics.has(conn.server)
        conn.takes_turns = not by_metrics_port and conn.request.path != HEALTH
        if not conn.takes_turns:
            pool, handle = (self._scrapes, self._answer_scrape) if by_metrics_port else (self._health, self.handle)
            self._submit(pool, conn, handle)
            return
        self._scheduler.add(conn)
        self._hand_out()

    def _hand_out(self) -> None:
        while conn := self._scheduler.take():
            if conn in self._room:
                self._submit(self.tpool, conn, self.handle)
            else:  # its client has gone
                self._scheduler.done(conn)

    def _submit(self, pool: ThreadPoolExecutor, conn: Connection, handle: Callable[[Connection], bool]) -> None:
        conn.has_thread = True
        done = pool.submit(handle, conn)
        done.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))

    def _answer_scrape(self, conn: Connection) -> bool:
        """Answer on the port of the metrics, after which the connection is closed."""
        try:
            if self._metrics:
                conn.response.sendall(self._metrics.answer(conn.request))
        except Exception:
            self.log.exception("defect in the metrics")
        return False

    def handle(self, conn: Connection) -> bool:
        """Handle the request, and those that follow it at once, in a thread of the pool.

        Returns whether the connection may be used again.
        """
        keeps_alive = self._answer(conn)
        for _ in range(MOST_IN_A_ROW - 1):
            if not (keeps_alive and self._may_stay(conn) and take_next(conn)):
                break
            keeps_alive = self._answer(conn)
        return keeps_alive

    def _may_stay(self, conn: Connection) -> bool:
        return self.alive and conn.takes_turns and self._scheduler.may_stay(conn)

    def _answer(self, conn: Connection) -> bool:
        keeps_alive = False
        try:
            decode_body(conn.request)
            keeps_alive = bool(self.handle_request(conn.request, conn))
        except StopIteration:  # the answer broke off, and gunicorn has logged it
            pass
        except Exception as error:  # noqa: BLE001 - told and logged there
            self.handle_error(conn.request, conn.response, conn.client, error)
        # Most answers are sent here; the poller sends the rest.
        with suppress(OSError):
            conn.response.flush()
        return keeps_alive

    def finish_request(self, conn: Connection, done: "Future[bool]") -> None:
        """Continue with the connection in the poller."""
        if conn.takes_turns:
            self._scheduler.done(conn)
            self._hand_out()
        conn.keeps_alive = not done.cancelled() and not done.exception() and done.result()
        conn.leave()
        self._write(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        refused = refusal(exc)
        if refused is None:
            super().handle_error(req, client, addr, exc)
            return
        self._note_refusal(refused, addr, exc)
        client.sendall(refused.answer)

    def _note_refusal(self, refused: Refusal, client: Any, why: BaseException) -> None:
        address = str((client or ["a socket"])[0])
        more = self._log_quota.take()
        if more is not None and not isinstance(why, TooSlow):
            self.log.warning("Refused a request from %s: %s%s", address, why, more)
        self.log.finish(refused_by_server(refused, address, in_log=more is not None))

    # --- answers are written ----------------------------------------------------------------------
    def _refuse(self, conn: Connection, error: Exception) -> None:
        """ResponseBuffer instead of the app, and close the connection."""
        self.handle_error(None, conn.response, conn.client, error)
        conn.reader.discard()
        conn.leave()
        conn.keeps_alive = False
        self._write(conn)

    def _write(self, conn: Connection, _socket: object = None) -> None:
        try:
            is_sent = conn.response.flush()
        except OSError:
            self._drop(conn)
            return
        self._room.count(conn)
        if is_sent:
            self._sent(conn)
            return
        conn.wait_for_client()
        self._register(conn, EVENT_WRITE)
        self._free_memory()

    def _sent(self, conn: Connection) -> None:
        if conn.keeps_alive:
            timeout_s = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER)
            conn.enter(Phase.IDLE, timeout_s)
            self._go_on(conn)
            return
        try:
            conn.say_goodbye()
        except OSError:
            self._drop(conn)
            return
        self._register(conn, EVENT_READ)
        if one_too_many := self._room.start_closing(conn):
            self._drop(one_too_many)

    def _go_on(self, conn: Connection) -> None:
        """Begin with what the client has sent already, or wait for it."""
        request, refused = conn.unqueued, conn.refused
        conn.unqueued = conn.refused = None
        if refused:
            self._refuse(conn, refused)
        elif request:
            self._begin(conn, request)
        elif conn.reader.has_begun:
            self._feed(conn, b"")
        else:
            self._register(conn, EVENT_READ)

    # --- connections end --------------------------------------------------------------------------
    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, TICK_S))

    def murder_pending(self) -> None:
        """Close connections past their deadlines. gunicorn calls this repeatedly."""
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + TICK_S
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
            self._scrapes.shutdown(wait=False)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self._room:
            if conn.phase is Phase.IDLE:
                conn.end_by(deadline)

    def _free_memory(self) -> None:
        """End the oldest large connections until memory is within its limit."""
        while self._room.buffers_too_much() and (conn := self._room.oldest_large()):
            self._give_up(conn, NO_MEMORY)

    def _give_up(self, conn: Connection, why: TooBusy) -> None:
        """End a connection; tell its client why if that waits for an answer."""
        if conn.phase in (Phase.HEAD, Phase.BODY, Phase.WORKING):
            self._refuse(conn, why)
        else:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        if conn in self._room:
            self._register(conn, 0)
            self._room.remove(conn)
            self.nr_conns -= 1
            conn.close()

    # --- the poller's registrations ---------------------------------------------------------------
    def _register(self, conn: Connection, events: int) -> None:
        """Register the connection with the poller: for when the client sends, for when it reads, or not at all."""
        if events == conn.registered_events:
            return
        if not events:
            self.poller.unregister(conn.socket)
        else:
            what = self.poller.modify if conn.registered_events else self.poller.register
            what(conn.socket, events, partial(self._readable if events == EVENT_READ else self._write, conn))
        conn.registered_events = events
