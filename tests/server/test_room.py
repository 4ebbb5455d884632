"""Which connection is closed to make room for a new one."""

import time
from dataclasses import dataclass, field
from typing import Any

from service.server.connection import Phase
from service.server.limits import MAX_BUFFERED_BYTES, SMALL_BYTES, TIME_TO_ASK_S
from service.server.room import Room


@dataclass(eq=False)
class FakeConnection:
    """What the room reads of a connection."""

    peer: str = "1.2.3.4"
    phase: Phase = Phase.IDLE
    waited: float = 60.0
    buffered_bytes: int = 0
    counted_bytes: int = 0
    since: float = field(init=False)

    def __post_init__(self) -> None:
        self.since = time.monotonic() - self.waited


def a_room(*conns: FakeConnection, limit: int = 8) -> Any:
    room: Any = Room(limit)
    for conn in conns:
        room.add(conn)
    return room


def test_who_has_just_come_gets_time_to_ask() -> None:
    """Its request is on its way, so it is closed only as a last resort."""
    newcomer = FakeConnection(waited=0)
    room = a_room(newcomer, FakeConnection(phase=Phase.WORKING))

    assert room.longest_waiting(None, TIME_TO_ASK_S) is None
    assert room.longest_waiting(None, 0) is newcomer


def test_who_has_waited_longest_goes_first() -> None:
    """The address with most connections loses one. A request that has a thread is never dropped."""
    working, old, older = FakeConnection(phase=Phase.WORKING, waited=99), FakeConnection(), FakeConnection(waited=61)
    other = FakeConnection(peer="5.6.7.8", waited=90)
    room = a_room(working, old, older, other)

    assert room.largest_peer() == "1.2.3.4"
    assert room.longest_waiting(None, TIME_TO_ASK_S) is older
    assert room.longest_waiting("5.6.7.8", TIME_TO_ASK_S) is other


def test_one_address_has_half_of_the_places() -> None:
    """Behind a Unix socket addresses are unknown, so there is no share."""
    room = a_room(*(FakeConnection(peer=peer) for peer in ("a", "a", "", "")), limit=4)

    assert room.is_full()
    assert room.is_full_for("a")
    assert not room.is_full_for("")
    assert not room.is_full_for("b")


def test_who_has_its_answer_takes_no_place() -> None:
    """It stays open so that the client can read; of too many such, the oldest goes."""
    conns = [FakeConnection() for _ in range(5)]
    room = a_room(*conns, limit=5)

    assert [room.start_closing(conn) for conn in conns] == [None, None, None, None, conns[0]]
    assert not room.is_full()
    assert all(conn in room for conn in conns)
    room.remove(conns[0])
    assert conns[0] not in room
    assert room.oldest_closing() is conns[1]


def test_memory_is_counted_until_a_connection_goes() -> None:
    """The oldest large one is closed, and no longer counts, whatever it still does."""
    large = FakeConnection(buffered_bytes=MAX_BUFFERED_BYTES)
    small = FakeConnection(buffered_bytes=SMALL_BYTES, waited=99)
    room = a_room(large, small)
    for conn in (large, small, small):
        room.count(conn)

    assert room.buffers_too_much()
    assert room.oldest_large() is large
    room.remove(large)
    room.count(large)
    assert not room.buffers_too_much()
    assert room.oldest_large() is None


def test_an_empty_room_has_nobody_to_close() -> None:
    """A process may run out of files without any connection, and the poller must survive."""
    room = a_room()

    assert room.largest_peer() == ""
    assert room.longest_waiting(None, 0) is None
