"""One HTTP connection whose whole use is limited in time, also with a peer that answers a byte at a time."""

import http.client
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from urllib.parse import SplitResult

from service.shared.connection_deadline import ConnectionDeadline


@contextmanager
def timed_connection(
    address: SplitResult, timeout_s: float, tls: ssl.SSLContext
) -> Iterator[http.client.HTTPConnection]:
    """Yield an open connection to the address. It is cut `timeout_s` after it began to open.

    Raises TimeoutError if it was cut, whatever its user made of that: what came before may look like a whole answer.
    """
    connection = _connection_to(address, timeout_s, tls)
    # The connection forgets its socket when its last answer begins, though that is still to be read.
    opened: list[socket] = []
    deadline = ConnectionDeadline(timeout_s, lambda: opened[0] if opened else connection.sock)
    try:
        connection.connect()
        opened.append(connection.sock)
        yield connection
    except (OSError, http.client.HTTPException) as error:
        if not deadline.has_passed or isinstance(error, TimeoutError):
            raise
        raise TimeoutError from error
    finally:
        deadline.end()
        connection.close()
    if deadline.has_passed:
        raise TimeoutError


def _connection_to(address: SplitResult, timeout_s: float, tls: ssl.SSLContext) -> http.client.HTTPConnection:
    host, port = address.hostname or "", address.port
    if address.scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=tls)
    return http.client.HTTPConnection(host, port, timeout=timeout_s)
