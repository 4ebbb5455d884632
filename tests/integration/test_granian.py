"""What docs/deploy.md says of granian alone: how it starts, ends, and what it takes for what."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import sleep
from urllib.parse import urlsplit

import pytest
import urllib3
from pydantic import SecretStr

from dev.ports import free_port
from service.settings import Settings
from tests.conftest import Service, services
from tests.helpers.containers import wait_for
from tests.helpers.tokens import SECRET, bearer

pytestmark = pytest.mark.real
Serve = Callable[..., Service]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"auth_mode": "jwt", "jwt_secret": SecretStr(SECRET)})


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with services(tmp_path, "granian") as start:
        yield start


def children_of(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def runs(process: int) -> bool:
    """Whether the process is there, and not only its exit code."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_workers_end_with_their_parent(settings: Settings, serve: Serve) -> None:
    """kill -9 of the parent, as where memory runs out: nobody would stop them, and they hold the port."""
    service = serve(settings, workers=2)
    workers = children_of(service.process.pid)

    service.process.kill()

    assert len(workers) == 2
    wait_for(lambda: not any(map(runs, workers)), 30, "the workers are gone")


def test_a_stop_while_the_app_loads_is_obeyed(settings: Settings, serve: Serve) -> None:
    """A worker that has just been forked has the signal handlers of its parent."""
    service = serve(settings, wait="")
    wait_for(lambda: bool(children_of(service.process.pid)), 30, "a worker is there")

    service.process.send_signal(signal.SIGTERM)

    # Otherwise it would be killed after the 20 s of the grace, and the log would say so.
    assert service.process.wait(60) == 0
    assert "refused to gracefully stop" not in service.log.read_text()


def test_a_second_service_does_not_share_the_port(settings: Settings, serve: Serve) -> None:
    """granian by itself would let it have half of the requests."""
    first = serve(settings)

    second = serve(settings, wait="", port=int(first.url.rpartition(":")[2]))

    assert second.process.wait(60) == 1
    assert "Moodrop cannot start: PORT=" in second.log.read_text()
    first.wait()


def test_it_listens_on_ipv6(settings: Settings, serve: Serve) -> None:
    with closing(socket.socket(socket.AF_INET6)) as free:
        free.bind(("::1", 0))
        port = free.getsockname()[1]
    metrics = free_port()
    serve(
        settings.model_copy(update={"host": "::1", "metrics_host": "::1", "metrics_port": metrics}), wait="", port=port
    )

    wait_for(lambda: answers(f"http://[::1]:{port}/healthz"), 60, "it answers")
    assert answers(f"http://[::1]:{metrics}/metrics")


def answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_what_it_ignores_is_said_at_the_start(settings: Settings, serve: Serve) -> None:
    """Once, not by each worker."""
    service = serve(settings, workers=2, GRANIAN_PORT="1", FORWARDED_ALLOW_IPS="*")

    log = service.log.read_text()

    assert log.count("GRANIAN_PORT: read by granian's own command") == 1
    assert log.count("FORWARDED_ALLOW_IPS is gunicorn's") == 1


def test_names_with_an_underscore_are_read_as_if_they_had_hyphens(settings: Settings, serve_on_either: Serve) -> None:
    """Why docs/deploy.md wants a proxy that removes them. If this fails for granian, mend that line."""
    service = serve_on_either(settings)

    answer = urllib3.request("GET", service.url + "/healthz", headers={"X_Request_ID": "planted"})

    assert (answer.headers["X-Request-ID"] == "planted") == (service.server == "granian")


def test_half_bodies_hold_threads_until_they_end(settings: Settings, serve: Serve) -> None:
    """Why docs/deploy.md wants a proxy that reads requests whole. When the clients go, the threads are back."""
    service = serve(settings)
    parts = urlsplit(service.url)
    authorization = bearer()["Authorization"]
    half = f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nContent-Length: 9\r\n\r\n{{"
    crowd = [socket.create_connection((parts.hostname, parts.port), timeout=20) for _ in range(8)]
    for sock in crowd:
        sock.sendall(half.encode())
    sleep(1)
    with pytest.raises(urllib3.exceptions.TimeoutError):
        urllib3.request("GET", service.url + "/healthz", retries=False, timeout=3)

    for sock in crowd:
        sock.close()

    service.wait()
    wait_for(lambda: service.log.read_text().count('"status": 400, "code": "bad_request"') == 8, 30, "each is refused")


def test_systemd_hears_that_it_has_started(settings: Settings, serve: Serve, tmp_path: Path) -> None:
    """The unit is of Type=notify, and only the parent may notify."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.settimeout(20)
        serve(settings, NOTIFY_SOCKET=str(tmp_path / "notify"))

        assert supervisor.recv(1000).startswith(b"READY=1\n")


def test_scrapes_and_requests_end_with_a_stop(settings: Settings, serve: Serve) -> None:
    """Whatever is connected: the folder of the metrics goes, and so do all processes."""
    port = free_port()
    service = serve(settings.model_copy(update={"metrics_port": port}), workers=2)
    workers = children_of(service.process.pid)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as scrape:
        scrape.sendall(b"GET /metr")
        service.stop()

    assert not any(map(runs, workers))
