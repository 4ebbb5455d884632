"""Requests to providers, each limited as a whole. The time-outs of `requests` begin anew with each byte."""

import threading
from collections.abc import Callable
from socket import socket
from typing import Any

from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ContentDecodingError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from service.shared.connection_deadline import ConnectionDeadline

# A description, a hundred keys and a person's data are smaller.
MAX_BYTES = 1024 * 1024


class _OpenSocket:
    """The connection that a thread's request goes by, and its socket: a connection forgets it before the last byte."""

    connection: HTTPConnection | None = None
    opened: socket | None = None

    @property
    def socket(self) -> socket | None:
        return self.opened or (self.connection.sock if self.connection else None)


_sockets = threading.local()


class _Noted(HTTPConnection):
    """Notes its socket for the deadline of the request."""

    def connect(self) -> None:
        _sockets.current.connection = self
        super().connect()
        _sockets.current.opened = self.sock

    def putrequest(self, *args: Any, **keywords: Any) -> None:
        _sockets.current.connection, _sockets.current.opened = self, self.sock
        super().putrequest(*args, **keywords)


class _NotedPlain(_Noted, HTTPConnection):
    """A plain connection."""


class _NotedEncrypted(_Noted, HTTPSConnection):
    """An encrypted connection."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _NotedPlain


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _NotedEncrypted


_POOLS = {"http": _PlainPool, "https": _EncryptedPool}


class TimedAdapter(HTTPAdapter):
    """Sends requests of `requests`; `longest_s` returns how long one may take, from connecting to its last byte."""

    def __init__(self, longest_s: Callable[[], float]) -> None:
        self._longest_s = longest_s
        super().__init__()

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        super().init_poolmanager(*args, **keywords)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **keywords: Any) -> Any:
        manager = super().proxy_manager_for(*args, **keywords)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: PreparedRequest, **keywords: Any) -> Response:  # type: ignore[override]  # same calls
        _sockets.current = noted = _OpenSocket()
        with ConnectionDeadline(self._longest_s(), lambda: noted.socket) as deadline:
            try:
                response = super().send(request, **keywords | {"stream": True})
                body = next(response.iter_content(MAX_BYTES + 1), b"")
            except OSError as error:  # the errors of `requests` are of its kind
                if deadline.has_passed:
                    raise ReadTimeout(request=request) from error
                raise
        if deadline.has_passed:  # what came before may look like a whole answer
            raise ReadTimeout(request=request)
        if len(body) > MAX_BYTES:
            raise ContentDecodingError("the answer is too large", request=request)
        response._content, response._content_consumed = body, True  # noqa: SLF001
        return response
