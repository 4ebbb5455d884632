"""An identity provider for tests: real keys, a JWKS address on loopback, tokens; it can be slow, down or broken."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.helpers.tokens import claims

HOLD_S = 20
# Making one takes a tenth of a second, so all tests of a run share them.
_RSA_KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@dataclass(frozen=True)
class Key:
    """A private key, and its public half as the provider publishes it."""

    algorithm: str
    private: Any
    key_id: str | None

    @property
    def public(self) -> dict[str, Any]:
        makers = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}
        jwk = makers[self.algorithm].to_jwk(self.private.public_key(), as_dict=True)
        return {**jwk, "use": "sig", **({"kid": self.key_id} if self.key_id else {})}

    def token(self, given: Mapping[str, Any] | None = None, **header: Any) -> str:
        """Return a token of u1 signed by this key; the header may be changed, and `kid=None` names no key."""
        named = {"kid": self.key_id, **header}
        named = {name: value for name, value in named.items() if value is not None}
        return jwt.encode(dict(claims() if given is None else given), self.private, self.algorithm, headers=named)


def a_key(algorithm: str = "RS256", key_id: str | None = "k1") -> Key:
    """Return a key; for RS256 there are two, one for k1 and one for all other names."""
    if algorithm == "RS256":
        return Key(algorithm, _RSA_KEYS[key_id != "k1"], key_id)
    private = ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else ed25519.Ed25519PrivateKey.generate()
    return Key(algorithm, private, key_id)


@dataclass
class Provider:
    """Its answers may be changed at any moment."""

    keys: list[Mapping[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None  # in place of the keys
    hold: threading.Event | None = None  # answers only once it is set, or after HOLD_S
    asked: int = 0
    url: str = ""

    def publish(self, *keys: Key) -> None:
        self.keys = [key.public for key in keys]

    def answer(self) -> bytes:
        return json.dumps({"keys": self.keys}).encode() if self.body is None else self.body


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            if provider.hold:
                provider.hold.wait(HOLD_S)
            body = provider.answer()
            self.send_response(provider.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """Ignore clients that did not wait."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    yield provider
    if provider.hold:
        provider.hold.set()
    server.shutdown()
    server.server_close()
