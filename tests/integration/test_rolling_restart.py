"""The service is restarted while people use it: a new version, a new setting. No request fails."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
import urllib3
from pydantic import SecretStr

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import Service
from tests.helpers.containers import wait_for
from tests.helpers.load import CLIENTS, load_on
from tests.helpers.tokens import SECRET, bearer

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

WORKERS = 2
SIZES = [pytest.param(2, id="2"), pytest.param(20, id="20", marks=pytest.mark.torture("20 restarts"))]
# As in deploy/https/nginx.conf, where a name has the addresses of all services: nginx keeps no state of them, and a
# connection that is refused goes to the other one at once.
NGINX_CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    upstream services {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://services;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_connect_timeout 2s;
            proxy_read_timeout 100s;
        }}
    }}
}}
"""
NGINX = which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With tokens: a service that lets everyone in refuses what comes through a proxy."""
    return settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SecretStr(SECRET), "trusted_proxies": 1})


def workers_of(service: Service) -> set[int]:
    master = service.process.pid
    return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}


@pytest.mark.parametrize("restarts", SIZES)
def test_no_request_fails_while_workers_are_replaced(
    settings: Settings,
    serve_on_either: Callable[..., Service],
    restarts: int,
    record_property: Callable[[str, object], None],
) -> None:
    """SIGHUP, as `systemctl reload` sends it: the old workers finish what they have begun.

    Where a worker of granian's ends, a connection whose request it has not read yet ends without an answer.
    """
    service = serve_on_either(settings, workers=WORKERS)
    with load_on(service.url, bearer()) as load:
        for _ in range(restarts):
            before = workers_of(service)
            service.process.send_signal(signal.SIGHUP)
            wait_for(
                lambda: len(now := workers_of(service)) == WORKERS and not now & before,  # noqa: B023 - awaited here
                60,
                "only new workers",
            )
            load.wait_for_more(20)

    if service.server == "granian":
        assert len(load.failed) <= restarts * WORKERS * CLIENTS, "each client had one request on its way"
        assert [error for error in load.failed if not error.startswith("ProtocolError")] == []
    else:
        assert load.failed == []
    record_property("answers", load.answers.total())


@pytest.fixture
def two_services(
    settings: Settings, serve: Callable[..., Service], tmp_path: Path
) -> Iterator[tuple[str, list[Service]]]:
    """Two services behind a proxy, and the proxy's address."""
    services = [serve(settings), serve(settings)]
    port = free_port()
    servers = " ".join(f"server {service.url.removeprefix('http://')} max_fails=0;" for service in services)
    (tmp_path / "nginx.conf").write_text(NGINX_CONF.format(folder=tmp_path, port=port, servers=servers))
    assert NGINX
    with (tmp_path / "nginx.log").open("wb") as log:
        nginx = subprocess.Popen([NGINX, "-e", "stderr", "-c", str(tmp_path / "nginx.conf")], stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 30, "the proxy answers")
        yield f"http://127.0.0.1:{port}", services
    finally:
        nginx.terminate()
        nginx.wait(20)


def answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False


@pytest.mark.skipif(not NGINX, reason="there is no nginx: apt-get install nginx-light")
@pytest.mark.parametrize("restarts", SIZES)
def test_no_request_fails_while_one_of_two_services_is_replaced(
    settings: Settings,
    serve: Callable[..., Service],
    two_services: tuple[str, list[Service]],
    restarts: int,
    record_property: Callable[[str, object], None],
) -> None:
    """In turn, as an orchestrator does it: stop one, start another at its address, go on when it is ready."""
    url, services = two_services
    with load_on(url, bearer()) as load:
        for number in range(restarts):
            old = services[number % 2]
            old.stop()
            assert old.process.returncode == 0
            load.wait_for_more(20)
            services[number % 2] = serve(settings, port=int(old.url.rpartition(":")[2]))
            load.wait_for_more(20)

    assert load.failed == []
    record_property("answers", load.answers.total())
