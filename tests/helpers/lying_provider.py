"""A provider that can answer anything: what a certified one never would. It speaks OpenID Connect, and GitHub's way."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.provider import Key, a_key

CLIENT = "moodrop-tests"
HOLD_S = 20


@dataclass
class LyingProvider:
    """What it answers may be changed at any moment."""

    url: str = ""
    nonce: str = ""
    key: Key = field(default_factory=a_key)
    claims: dict[str, Any] = field(default_factory=dict)  # in place of the true ones; None: without
    described: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)  # by path, in place of what is right
    statuses: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # paths that are never answered
    slow: set[str] = field(default_factory=set)  # paths that are answered a byte at a time
    asked: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of a service that sends people there."""
        return {
            "oidc_issuer": self.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": "any",
            "oidc_trusts_email": True,
        }

    def answer(self, path: str) -> Any:
        """What it says at the path."""
        if path in self.answers:
            return self.answers[path]
        if path.endswith("/openid-configuration"):
            return self._description()
        if path == "/jwks":
            return {"keys": [self.key.public]}
        if path == "/token":
            return {"access_token": "at", "token_type": "Bearer", "id_token": self._id_token()}
        return {}

    def _description(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        addresses = {name: self.url + path for name, path in paths.items()}
        return {
            "issuer": self.url,
            **addresses,
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.described,
        }

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "s1",
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
            "email": "ada@example.com",
            "email_verified": True,
            "name": "Ada",
            **self.claims,
        }
        return self.key.token({name: value for name, value in claims.items() if value is not None})


@contextmanager
def running_lying_provider() -> Iterator[LyingProvider]:
    """One that serves until the block is left."""
    provider = LyingProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            provider.asked.append(path)
            if path in provider.silent:
                provider.is_over.wait(HOLD_S)
                return
            if path in provider.slow:
                self._dribble()
                return
            declared = provider.answer(path)
            body = declared if isinstance(declared, bytes) else json.dumps(declared).encode()
            self.send_response(provider.statuses.get(path, 200))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _dribble(self) -> None:
            """Each byte comes in time, and the last one never."""
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                for _ in range(10 * HOLD_S):
                    self.wfile.write(b" ")
                    if provider.is_over.wait(0.1):
                        return

        do_POST = do_GET  # noqa: N815  so the base class names it

        def log_message(self, *args: Any) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield provider
    provider.is_over.set()
    server.shutdown()
    thread.join()
    server.server_close()
