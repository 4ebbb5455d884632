"""The service is restarted while people use it: a new version, a new setting. No request fails."""

import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which

import pytest
import urllib3
from pydantic import SecretStr

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import Service
from tests.helpers.containers import wait_for
from tests.helpers.tokens import SECRET, bearer

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

CLIENTS = 4
WORKERS = 2
BODY = bytes(1000)
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


@dataclass
class Load:
    """People who upload, look and download without a pause, each on connections that are kept alive or made anew."""

    url: str
    over: threading.Event = field(default_factory=threading.Event)
    answers: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def work(self, *, keeps_alive: bool) -> None:
        headers = bearer() if keeps_alive else {**bearer(), "Connection": "close"}
        with urllib3.PoolManager(retries=False, timeout=60, headers=headers) as http:
            while not self.over.is_set():
                try:
                    self.round(http)
                except (urllib3.exceptions.HTTPError, AssertionError) as error:
                    self.failed.append(repr(error))

    def round(self, http: urllib3.PoolManager) -> None:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(BODY)}
        started = self.call(http, "POST", "/v1/uploads", json=new).json()
        sent_as = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        # Signed headers alone: no store wants the token.
        assert http.request("PUT", started["transfer"]["url"], body=BODY, headers=sent_as).status == 200
        self.call(http, "POST", f"/v1/uploads/{started['upload_id']}/confirm")
        for path in (f"/v1/files/{started['upload_id']}", "/v1/files?limit=5", "/healthz"):
            self.call(http, "GET", path)

    def call(self, http: urllib3.PoolManager, method: str, path: str, **options: object) -> urllib3.BaseHTTPResponse:
        answer = http.request(method, self.url + path, **options)  # type: ignore[arg-type]
        self.answers[answer.status] += 1
        assert answer.status in (200, 201), f"{method} {path}: {answer.status} {answer.data[:200]!r}"
        return answer

    def wait_for_more(self, count: int) -> None:
        goal = self.answers.total() + count
        wait_for(lambda: self.answers.total() >= goal, 60, f"{count} more answers")


@contextmanager
def load_on(url: str) -> Iterator[Load]:
    """Clients at work until the block ends."""
    load = Load(url)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(CLIENTS):
            pool.submit(load.work, keeps_alive=number % 2 == 0)
        try:
            load.wait_for_more(20)
            yield load
            load.wait_for_more(20)
        finally:
            load.over.set()


def workers_of(service: Service) -> set[int]:
    master = service.process.pid
    return {int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()}


@pytest.mark.parametrize("restarts", SIZES)
def test_no_request_fails_while_workers_are_replaced(
    settings: Settings, serve: Callable[..., Service], restarts: int, record_property: Callable[[str, object], None]
) -> None:
    """SIGHUP, as `systemctl reload` sends it: the old workers finish what they have begun."""
    service = serve(settings, workers=WORKERS)
    with load_on(service.url) as load:
        for _ in range(restarts):
            before = workers_of(service)
            service.process.send_signal(signal.SIGHUP)
            wait_for(
                lambda: len(now := workers_of(service)) == WORKERS and not now & before,  # noqa: B023 - awaited here
                60,
                "only new workers",
            )
            load.wait_for_more(20)

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
    with load_on(url) as load:
        for number in range(restarts):
            old = services[number % 2]
            old.stop()
            assert old.process.returncode == 0
            load.wait_for_more(20)
            services[number % 2] = serve(settings, port=int(old.url.rpartition(":")[2]))
            load.wait_for_more(20)

    assert load.failed == []
    record_property("answers", load.answers.total())
