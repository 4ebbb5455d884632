"""The lines of docs/deploy.md that keep upload tokens out of an nginx's own log, in a real nginx."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3

from dev.ports import free_port
from dev.project import ROOT
from service.settings import Settings
from tests.conftest import Service
from tests.helpers.certificates import write_certificate
from tests.helpers.containers import wait_for
from tests.helpers.deploy_docs import block
from tests.helpers.tokens import SECRET, bearer

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
pytestmark = [pytest.mark.real, pytest.mark.skipif(not NGINX, reason="there is no nginx: apt-get install nginx-light")]

CONF = """
daemon off;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    error_log {folder}/error.log;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        {printed}
        location / {{ proxy_pass {service}; proxy_set_header Host $host; }}
    }}
}}
"""


def test_an_upload_token_is_not_in_the_log_of_the_proxy(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> None:
    """Other addresses are, and the tokens work."""
    service = serve(settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SECRET, "trusted_proxies": 1}))
    port, log, errors = free_port(), tmp_path / "access.log", tmp_path / "error.log"
    printed = block("location /u/").replace("http://service:5000", service.url)
    conf = CONF.format(folder=tmp_path, port=port, printed=printed, service=service.url)
    (tmp_path / "nginx.conf").write_text(conf)
    url = f"http://127.0.0.1:{port}"
    nginx = subprocess.Popen([str(NGINX), "-e", str(errors), "-c", str(tmp_path / "nginx.conf")])
    try:
        wait_for(lambda: _status(f"{url}/healthz") == 200, 30, "nginx answers")
        made = urllib3.request("POST", f"{url}/v1/upload-tokens", json={}, headers=bearer()).json()
        address = f"/u/{made['upload_token']}/s3/params?filename=a.mp3&type=audio/mpeg"
        assert _status(url + address) == 200
        assert _status(f"{url}/v1/moods?last") == 401
        service.stop()
        assert [_status(url + address), _status(f"{url}/v1/moods?last")] == [502, 502]
        wait_for(lambda: "/v1/moods?last" in errors.read_text(), 30, "the last request is in the log of errors")
        wait_for(lambda: log.read_text().count("/v1/moods?last") == 2, 30, "and in that of requests")
    finally:
        nginx.terminate()
        nginx.wait(20)

    assert "/v1/upload-tokens" in log.read_text()
    for file in (log, errors):
        assert made["upload_token"] not in file.read_text()


def _status(url: str) -> int:
    try:
        return urllib3.request("GET", url, retries=False, timeout=20).status
    except urllib3.exceptions.HTTPError:
        return 0


def _with(text: str, changed: dict[str, str]) -> str:
    for documented, actual in changed.items():
        assert documented in text
        text = text.replace(documented, actual)
    return text


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The proxy of compose as its image starts it, with other ports and folders, before servers that are away."""
    port, http_port, folder = free_port(), free_port(), tmp_path
    certificate = write_certificate(tmp_path / "cert.pem", "moodrop.test", "files.moodrop.test")
    shutil.copy(certificate, tmp_path / "key.pem")
    changed = {
        "/tmp/": f"{folder}/",  # first, because the folder is there too
        "/certificates/": f"{folder}/",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80 ": f"listen 127.0.0.1:{http_port} ",
        "http://service:5000": f"http://127.0.0.1:{free_port()}",
        "http://minio:9000": f"http://127.0.0.1:{free_port()}",
    }
    (folder / "https.conf").write_text(_with((ROOT / "deploy" / "https" / "nginx.conf").read_text(), changed))
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    changed = {"/tmp/": f"{folder}/", "/etc/resolv.conf": f"{folder}/resolv.conf", "/etc/moodrop/": f"{folder}/"}
    script = _with((ROOT / "deploy" / "start-nginx.sh").read_text(), changed)
    names = {"PAGE_HOST": "moodrop.test", "STORE_HOST": "files.moodrop.test", "PATH": f"{os.environ['PATH']}:/usr/sbin"}
    with (folder / "log").open("wb") as log:
        nginx = subprocess.Popen(["sh", "-c", script, "sh", "https"], env=names, stdout=log, stderr=log)
    try:
        wait_for(lambda: _status(f"http://127.0.0.1:{http_port}/") == 308, 30, "nginx answers")
        yield port, folder / "log"
    finally:
        nginx.terminate()
        nginx.wait(20)


@pytest.mark.parametrize("host", ["moodrop.test", "files.moodrop.test"])
def test_the_errors_of_our_proxy_have_no_request_in_them(proxy: tuple[int, Path], host: str) -> None:
    """Neither those of the service nor those of the store, in whose queries are signatures."""
    port, log = proxy
    with urllib3.HTTPSConnectionPool(
        "127.0.0.1",
        port,
        ca_certs=str(log.with_name("cert.pem")),
        server_hostname=host,
        assert_hostname=host,
        retries=False,
    ) as pool:
        answer = pool.request(
            "GET", '/u/planted/"x?X-Amz-Signature=planted', headers={"Host": host, "Referer": "planted"}
        )

    assert answer.status == 502
    wait_for(lambda: "Connection refused" in log.read_text(), 30, "the error is logged")
    assert "planted" not in log.read_text()
