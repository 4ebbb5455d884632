"""Outgoing calls: never through a proxy to this machine, and otherwise as the environment says."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import urllib3

from service.accounts.adapters.jwt.jwks import ProviderKeys
from service.settings import Settings
from service.shared.adapters.outgoing import new_pool, proxies_for, store_certificates
from service.store.minio.recognition import speaks_minio
from service.store.s3.head import HeadSender
from service.store.s3.store import s3_client

PROXY = "http://proxy.invalid:3128"
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# The public key of RFC 8037, appendix A.2.
KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
CERTIFICATES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office's environment, without a NO_PROXY."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, PROXY)


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "store.localhost", "[::1]"])
def test_this_machine_is_asked_directly(host: str) -> None:
    """For the proxy, localhost would be another machine."""
    assert proxies_for(f"http://{host}:9000") == {}
    assert not isinstance(new_pool(f"http://{host}:9000", urllib3.Timeout(1)), urllib3.ProxyManager)


@pytest.mark.usefixtures("proxied")
def test_other_machines_are_asked_by_the_proxy_unless_no_proxy_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Like boto3, so do the probes; otherwise no start behind a proxy would succeed."""
    assert proxies_for("https://store.example")["https"] == PROXY
    pool = new_pool("https://store.example", urllib3.Timeout(1))
    assert isinstance(pool, urllib3.ProxyManager)
    assert pool.proxy is not None
    assert pool.proxy.host == "proxy.invalid"

    monkeypatch.setenv("no_proxy", "store.example")
    monkeypatch.setenv("NO_PROXY", "store.example")
    assert proxies_for("https://store.example") == {}


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"keys": [KEY]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def here() -> Iterator[str]:
    """A local server that answers yes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


ASKING: dict[str, Callable[[Settings], Any]] = {
    "boto3": lambda settings: s3_client(settings, tries=1).head_bucket(Bucket="mybucket"),
    "head": lambda settings: HeadSender(settings, connect_timeout=1, read_timeout=1).has_bucket("mybucket"),
    "accounts": speaks_minio,
    "identity": lambda settings: ProviderKeys(f"{settings.minio_endpoint}/jwks.json").check().ok,
}


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize("asking", ASKING)
def test_each_that_asks_finds_a_server_of_this_machine(asking: str, here: str) -> None:
    """With whatever library."""
    assert ASKING[asking](Settings(auth_mode="open", minio_endpoint=here)) is not False


def test_one_file_of_certificates_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 reads two variables and urllib3 another: any of them works for all."""
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False)
    assert store_certificates() is None
    for name in reversed(CERTIFICATES):
        monkeypatch.setenv(name, f"/etc/{name}.pem")
        assert store_certificates() == f"/etc/{name}.pem"
        assert new_pool("https://store.example", urllib3.Timeout(1), store_certificates()).connection_pool_kw[
            "ca_certs"
        ] == (f"/etc/{name}.pem")
