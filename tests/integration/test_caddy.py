"""deploy/https/Caddyfile in a real Caddy, in front of the real service and the real store."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import ROOT, Service, services
from tests.helpers.containers import wait_for
from tests.helpers.tokens import SECRET, token

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not shutil.which("caddy"), reason="there is no Caddy: apt-get install caddy"),
]

PAGE, STORE = "moodrop.localhost", "files.localhost"
# What the block of options begins with.
OPTIONS = """{{
	admin off
	local_certs
	skip_install_trust
	http_port {http_port}
	https_port {https_port}
	storage file_system {folder}
"""
HSTS = "max-age=63072000"


@dataclass(frozen=True)
class Caddy:
    """A running Caddy, with certificates of its own authority."""

    port: int
    folder: Path
    log: Path
    service: Service

    @property
    def authority(self) -> Path:
        return self.folder / "pki" / "authorities" / "local" / "root.crt"

    def ask(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request for a public URL to Caddy, and check the certificate for its name."""
        parts = urlsplit(url)
        names = {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
        headers = {"Host": parts.netloc, **options.pop("headers", {})}
        with urllib3.HTTPSConnectionPool("127.0.0.1", self.port, ca_certs=str(self.authority), **names) as pool:
            target = urllib3.util.Url(path=parts.path, query=parts.query or None).url
            return pool.request(method, target, headers=headers, timeout=20, retries=False, **options)

    def answers(self) -> bool:
        try:
            names = (f"https://{name}:{self.port}/" for name in (PAGE, STORE))
            return self.authority.is_file() and all(self.ask("GET", name).status for name in names)
        except urllib3.exceptions.HTTPError:
            return False


@pytest.fixture(params=["gunicorn"])
def serve(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Service]]:
    """Start the service, on granian if the test says so."""
    with services(tmp_path, request.param) as start:
        yield start


@pytest.fixture
def caddy(settings: Settings, serve: Callable[..., Service], tmp_path: Path) -> Iterator[Caddy]:
    """Caddy with the file as it is but for the ports behind it, and without the authorities of the internet."""
    port = free_port()
    public = {"public_url": f"https://{PAGE}:{port}", "minio_public_endpoint": f"https://{STORE}:{port}"}
    changes = {"auth_mode": "jwt", "jwt_secret": SECRET, "trusted_proxies": 1, **public}
    service = serve(settings.model_copy(update=changes), wait="/healthz")
    proxy = Caddy(port, tmp_path / "caddy", tmp_path / "caddy.log", service)
    file = (ROOT / "deploy" / "https" / "Caddyfile").read_text()
    for documented, actual in {"127.0.0.1:5000": service.url, "127.0.0.1:9000": settings.minio_endpoint}.items():
        assert documented in file
        file = file.replace(documented, actual.removeprefix("http://"))
    options = OPTIONS.format(http_port=free_port(), https_port=proxy.port, folder=proxy.folder)
    assert file.count("\n{\n") == 1
    (tmp_path / "Caddyfile").write_text(file.replace("\n{\n", f"\n{options}"))
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
    environment = {**os.environ, "PAGE_HOST": PAGE, "STORE_HOST": STORE, "HOME": str(tmp_path)}
    with proxy.log.open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(proxy.answers, 30, "Caddy answers")
        yield proxy
    finally:
        process.terminate()
        process.wait(20)


def test_an_upload_goes_through_both_names(caddy: Caddy) -> None:
    """Signed for the public name of the store, whose Host Caddy passes on."""
    page, headers = f"https://{PAGE}:{caddy.port}", {"Authorization": f"Bearer {token()}"}
    new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": 1000, "mood": "happy"}
    sent_as = {**headers, "Content-Type": "application/json"}
    upload = caddy.ask("POST", f"{page}/v1/uploads", body=json.dumps(new), headers=sent_as).json()
    transfer = upload["transfer"]

    sent = caddy.ask("PUT", transfer["url"], body=bytes(1000), headers=transfer["headers"])
    confirmed = caddy.ask("POST", f"{page}/v1/uploads/{upload['upload_id']}/confirm", headers=headers)

    assert transfer["url"].startswith(f"https://{STORE}:{caddy.port}/")
    assert (sent.status, confirmed.status) == (200, 200)


@pytest.mark.parametrize("serve", ["granian"], indirect=True)
def test_names_with_an_underscore_do_not_get_through(caddy: Caddy) -> None:
    """To granian they are the names that Caddy itself sets."""
    page = f"https://{PAGE}:{caddy.port}"

    plain = caddy.ask("GET", f"{page}/healthz", headers={"X-Request-ID": "mine"})
    planted = caddy.ask("GET", f"{page}/healthz", headers={"X_Request_ID": "planted"})

    assert plain.headers["X-Request-ID"] == "mine"
    assert planted.headers["X-Request-ID"] != "planted"


def test_both_names_have_browsers_come_by_https(caddy: Caddy) -> None:
    """Once each: MinIO's own header would hold for subdomains too."""
    page = caddy.ask("GET", f"https://{PAGE}:{caddy.port}/healthz")
    store = caddy.ask("GET", f"https://{STORE}:{caddy.port}/minio/health/live")

    assert page.headers.getlist("strict-transport-security") == [HSTS]
    assert store.headers.getlist("strict-transport-security") == [HSTS]


def test_no_token_and_no_signature_is_in_its_log(caddy: Caddy) -> None:
    """Even of a request that fails, which Caddy logs."""
    page, token_of_bearer = f"https://{PAGE}:{caddy.port}", token()
    caddy.service.stop()

    failed = caddy.ask("GET", f"{page}/u/planted-token/s3/params?X-Amz-Signature=planted-signature")
    caddy.ask("GET", f"{page}/v1/files", headers={"Authorization": f"Bearer {token_of_bearer}"})

    assert failed.status == 502
    wait_for(lambda: caddy.log.read_text().count("connection refused") >= 2, 30, "both failures are logged")
    text = caddy.log.read_text()
    assert [secret for secret in ("planted", token_of_bearer) if secret in text] == []
