"""A proxy in front of a real store, which makes it behave as other stores and proxies do."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3

HANG_UP = 0


@dataclass(frozen=True)
class ProxyRequest:
    """A request on its way to the store."""

    method: str
    path: str  # with the query
    content_type: str


class Proxy:
    """A proxy in front of a store that passes requests on with one change, as some proxies do."""

    def __init__(
        self,
        target: str,
        *,
        drop: tuple[str, ...] = ("host",),
        make_room: Callable[[str], object] | None = None,
        largest: int | None = None,
        hangs_up: bool = False,
        answers: Callable[[ProxyRequest], tuple[int, bytes] | None] = lambda _: None,
        edits: Callable[[ProxyRequest, bytes], bytes] = lambda _, body: body,
    ) -> None:
        """With `make_room`, delete the object that makes the store refuse a PUT with 412, and repeat that PUT.

        Bodies over `largest` are refused as nginx refuses them, or cut off. `answers` may answer a request in place of
        the store, by a status (or HANG_UP) and a body. `edits` may change the body of the answer to a GET.
        """
        self.target, self.drop, self.make_room = target, drop, make_room
        self.largest, self.hangs_up = largest, hangs_up
        self.answers, self.edits = answers, edits
        self.http = urllib3.PoolManager(retries=False)
        handler = type("Handler", (_Handler,), {"proxy": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _handle(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if self.proxy.largest is not None and size > self.proxy.largest:
            self._refuse(0 if self.proxy.hangs_up else size)
            return
        body = self.rfile.read(size)
        asked = ProxyRequest(self.command, self.path, self.headers.get("Content-Type", ""))
        if len(body) < size:  # half a body is not passed on
            self.close_connection = True
        elif own := self.proxy.answers(asked):
            self._answer(*own)
        else:
            self._pass_on(asked, body)

    def _refuse(self, size: int) -> None:
        """Read the body and answer 413, as nginx does; disconnect if there is no body."""
        self.close_connection = True
        if not size:
            return
        self.rfile.read(size)
        self.send_response(413)
        self.end_headers()
        self.wfile.write(b"<html>413 Request Entity Too Large</html>")

    def _answer(self, status: int, body: bytes) -> None:
        if status == HANG_UP:
            self.close_connection = True
            return
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self, asked: ProxyRequest, body: bytes) -> None:
        unwanted = ("connection", *self.proxy.drop)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in unwanted}
        where = self.proxy.target + self.path
        answer = self.proxy.http.request(self.command, where, body=body, headers=headers, redirect=False)
        if answer.status == 412 and self.command == "PUT" and self.proxy.make_room:
            self.proxy.make_room(self.path.partition("?")[0])
            answer = self.proxy.http.request("PUT", where, body=body, headers=headers, redirect=False)
        data = self.proxy.edits(asked, answer.data) if self.command == "GET" else answer.data
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_OPTIONS = _handle  # noqa: N815  the base's names

    def log_message(self, *args: object) -> None:
        """Quiet."""
