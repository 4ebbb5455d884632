"""Limits how many threads wait for one server at once, and refuses calls while the server does not answer.

A call that does not return holds its thread. So only some threads may call the store, or the database, at once, and no
thread starts a call while the server does not answer a ping.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from service.shared.errors import MoodropError, Unavailable

log = logging.getLogger(__name__)

# After this time without an answer a ping finds out whether the server is there.
SUSPECT_AFTER_S = 0.3
# The callers behind a call count it as hung after this time, unless the gate sets another.
STALL_TIMEOUT_S = 0.3
# The longest that a caller waits while other calls finish.
LONGEST_WAIT_S = 3.0
# The interval between pings of a server that does not answer.
PING_PAUSE_S = 0.25
# How many owners to remember, to tell whether the calls of one are answered.
MOST_OWNERS = 1000
# After this time without requests the pings stop, and the next caller tries the server.
FORGET_AFTER_S = 5.0


@dataclass(slots=True, eq=False)
class _Call:
    owner: str
    is_long: bool
    moved_at: float = field(default_factory=time.monotonic)
    has_place: bool = False
    turn: threading.Condition | None = None  # wakes the thread if it waits for a place


class Gate:
    """Limits the calls to one server. All threads share it."""

    def __init__(
        self,
        outage: type[Unavailable],
        ping: Callable[[], object],
        *,
        places: int,
        places_of_one: int,
        long_places: int,
        stall_timeout_s: float = STALL_TIMEOUT_S,
    ) -> None:
        """Take `outage`, the error for refused calls, and `ping`, which raises it if the server does not answer."""
        self._outage = outage
        self._ping = ping
        self._places = places
        self._places_of_one = places_of_one
        self._long_places = long_places
        self._stall_timeout_s = stall_timeout_s
        self._lock = threading.RLock()
        self._calls: list[_Call] = []
        self._waiting: list[_Call] = []
        self._current: ContextVar[_Call | None] = ContextVar("call", default=None)
        self._answered_at = time.monotonic()
        self._answered_of: OrderedDict[str, float] = OrderedDict()
        self._asked_at = time.monotonic()
        self._is_shut = False
        self._is_pinging = False

    @contextmanager
    def entered(self, owner: str = "", *, is_long: bool = False) -> Iterator[None]:
        """Hold a place during one call, or during all calls of one request. Raises `outage`."""
        outer = self._current.get()
        call = outer or self._enter(owner, is_long)
        token = self._current.set(call)
        try:
            if outer:
                self._check_open()
            yield
        except self._outage:
            self._suspect()
            raise
        except MoodropError:
            self._note_answer(call)
            raise
        else:
            self._note_answer(call)
        finally:
            self._current.reset(token)
            if outer is None:
                self._leave(call)

    def _enter(self, owner: str, is_long: bool) -> _Call:
        call = _Call(owner, is_long)
        with self._lock:
            self._check_open()
            if self._blocking(call):
                self._wait_for_place(call)
            else:
                self._give_place(call)
        return call

    def _give_place(self, call: _Call) -> None:
        self._calls.append(call)
        call.has_place = True

    def _wait_for_place(self, call: _Call) -> None:
        """Return when another call has left its place to this one. Raises `outage`."""
        asked_at = call.moved_at
        call.turn = threading.Condition(self._lock)
        self._waiting.append(call)
        try:
            while not call.has_place:
                self._check_open()
                now = time.monotonic()
                left_s = self._last_move(self._blocking(call), asked_at) + self._stall_timeout_s - now
                if left_s <= 0 or now - asked_at >= LONGEST_WAIT_S:
                    raise self._outage("too many calls are waiting for it already")
                call.turn.wait(min(left_s, SUSPECT_AFTER_S))
        finally:
            self._waiting.remove(call)

    def _blocking(self, call: _Call) -> list[_Call]:
        """Return the calls that this one has to wait for."""
        own = [other for other in self._calls if other.owner == call.owner]
        if len(own) >= self._places_of_one:
            return own
        long = [other for other in self._calls if other.is_long]
        if call.is_long and len(long) >= self._long_places:
            return long
        return self._calls if len(self._calls) >= self._places else []

    def _last_move(self, blocking: list[_Call], asked_at: float) -> float:
        """Return when one of these calls last got an answer or started; ending without an answer does not count."""
        if all(call.owner == blocking[0].owner for call in blocking):
            answered_at = self._answered_of.get(blocking[0].owner, 0.0)
        else:
            answered_at = self._answered_at
        begun = [call.moved_at for call in blocking if call.moved_at <= asked_at]
        return max([answered_at, *begun])

    def _leave(self, call: _Call) -> None:
        with self._lock:
            self._calls.remove(call)
            # In turn: a thread that calls again and again would otherwise overtake those that wait.
            for waiting in self._waiting:
                if waiting.turn and not waiting.has_place and not self._blocking(waiting):
                    waiting.moved_at = time.monotonic()
                    self._give_place(waiting)
                    # Only this one: a woken thread takes the interpreter from those that have a place.
                    waiting.turn.notify()

    def _note_answer(self, call: _Call) -> None:
        self._answered_at = call.moved_at = time.monotonic()
        with self._lock:
            self._answered_of[call.owner] = self._answered_at
            self._answered_of.move_to_end(call.owner)
            if len(self._answered_of) > MOST_OWNERS:
                self._answered_of.popitem(last=False)

    # --- a server that does not answer ------------------------------------------------------------
    def _check_open(self) -> None:
        now = self._asked_at = time.monotonic()
        if self._is_shut:
            raise self._outage("it did not answer a moment ago")
        since = [call.moved_at for call in self._calls if not call.is_long]
        if since and now - max(min(since), self._answered_at) > SUSPECT_AFTER_S:
            self._suspect()

    def _suspect(self) -> None:
        """Start a thread that pings the server until it answers again."""
        with self._lock:
            if self._is_pinging:
                return
            self._is_pinging = True
        threading.Thread(target=self._find_out, name="ping", daemon=True).start()

    def _find_out(self) -> None:
        try:
            while not self._answers():
                if not self._is_shut:
                    log.warning("%s; calls are refused until it answers", self._outage.title)
                self._is_shut = True
                time.sleep(PING_PAUSE_S)
                if time.monotonic() - self._asked_at > FORGET_AFTER_S:
                    return
        finally:
            self._is_shut = False
            with self._lock:
                self._is_pinging = False

    def _answers(self) -> bool:
        try:
            self._ping()
        except self._outage:
            return False
        except MoodropError:  # the server answered with a refusal
            pass
        self._answered_at = time.monotonic()
        return True


class Gated:
    """A port whose methods pass a gate, except those in `free`. See `gated`."""

    def __init__(
        self, port: Any, gate: Gate, *, free: frozenset[str], long: frozenset[str], owner_of: Callable[..., str]
    ) -> None:
        self.port = port
        self.gate = gate
        self._free = free
        self._long = long
        self._owner_of = owner_of

    def many(self, owner: str) -> AbstractContextManager[None]:
        """Hold one place for many calls of one request."""
        return self.gate.entered(owner)

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.port, name)
        if name in self._free or not hasattr(attribute, "__func__"):
            return attribute
        passing = self._passing(attribute, is_long=name in self._long)
        setattr(self, name, passing)
        return passing

    def _passing(self, method: Callable[..., Any], *, is_long: bool) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            with self.gate.entered(self._owner_of(*args, **named), is_long=is_long):
                return method(*args, **named)

        return call
