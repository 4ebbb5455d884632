"""Lets a connection stay on its thread while its client asks at once, instead of going back through the poller.

Between threads a request changes hands twice, and with them the interpreter's lock: that takes longer than to read it.
"""

import select

from service.server.connection import Connection, asks_store, caller_of
from service.server.reading import RECEIVE_BYTES

# Answered by a separate thread, so that a supervisor sees that the process lives, whatever the other threads wait for.
HEALTH = "/healthz"
# How long a thread waits for the next request: longer than a client on the same network needs to send it.
MOMENT_MS = 1
# After so many in a row the connection queues again, behind those that wait.
MOST_IN_A_ROW = 16


def take_next(conn: Connection) -> bool:
    """Read the connection's next request if it is there at once. Returns whether the same thread may handle it.

    The poller goes on with whatever else has come: a part of a request, one of another caller behind the same proxy,
    one that may wait for the store, one for the thread of /healthz, and what is no request.
    """
    if conn.response.is_unsent:
        return False
    data = b"" if conn.reader.has_begun else _receive(conn)
    if data is None:
        return False
    try:
        request = conn.reader.feed(data)
    except Exception as error:  # noqa: BLE001 - whatever gunicorn's parser says no with
        conn.refused = error
        return False
    if request is None:
        return False
    if asks_store(request) or request.path == HEALTH or caller_of(request, conn.peer) != conn.caller:
        conn.unqueued = request
        return False
    conn.take_on(request)
    return True


def _receive(conn: Connection) -> bytes | None:
    """Return what the client has sent by now or sends in a moment, or None: the poller will see why."""
    try:
        try:
            return conn.socket.recv(RECEIVE_BYTES) or None
        except BlockingIOError:
            ready = select.poll()
            ready.register(conn.socket, select.POLLIN)
            return (conn.socket.recv(RECEIVE_BYTES) or None) if ready.poll(MOMENT_MS) else None
    except OSError:
        return None
