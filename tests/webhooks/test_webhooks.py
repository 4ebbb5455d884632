"""From a confirm to a receiver, through a real worker."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest
from pydantic import SecretStr

from service.app import settlers_of
from service.jobs.usecases.sweep import sweep_jobs
from service.ports import Ports
from service.settings import Settings
from service.uploads.usecases.files.delete import delete_file
from tests.builders import ALICE, a_file
from tests.helpers.webhook_server import SECRET, WebhookServer, webhook_server
from tests.helpers.worker import StartWorker, wait_until

pytestmark = pytest.mark.real


@pytest.fixture
def receiver() -> Iterator[WebhookServer]:
    with webhook_server() as running:
        yield running


def test_a_receiver_hears_of_a_file_from_its_confirm_to_its_end(
    announcing: Ports, start_worker: StartWorker, receiver: WebhookServer, settings: Settings
) -> None:
    """What is called a picture is none, so its media fail; the first try of each webhook fails, too."""
    receiver.statuses = [500]
    urls = {"webhook_urls": SecretStr(receiver.url)}
    worker = start_worker(**urls, webhook_secret=SecretStr(SECRET))
    worker.wait_for("The worker is ready")

    file = a_file(announcing, content_type="image/png")
    assert receiver.wait_for(3, 60), worker.shown

    # The service's sweeper tells of what is deleted.
    telling = settlers_of(settings.model_copy(update=urls), announcing.deliveries)
    delete_file(announcing, ALICE, file.upload_id)
    sweep_jobs(replace(announcing, settlers=telling))
    assert receiver.wait_for(4, 60), worker.shown

    contents = [request.verify() for request in receiver.received]
    assert {content["data"]["file_id"] for content in contents} == {file.upload_id}
    assert sorted({content["type"] for content in contents}) == ["file.deleted", "file.ready", "media.failed"]
    ids = [request.headers["webhook-id"] for request in receiver.received]
    assert len(set(ids)) == 3
    # Its address may be a secret.
    assert "secret-of-the-path" not in worker.shown


@pytest.mark.torture("60 files, 2 receivers, 30 answers of 500, 12 kills")
@pytest.mark.timeout(900)
def test_killed_workers_leave_no_receiver_without_an_event(announcing: Ports, start_worker: StartWorker) -> None:
    """One of them answers with errors for a while. An event that comes again comes with the same id."""
    chance = random.Random(5)
    with webhook_server() as steady, webhook_server() as failing:
        failing.answer = refuse_first_tries(30)
        settings = {
            "webhook_urls": SecretStr(f"{steady.url},{failing.url}"),
            "webhook_events": ("file.ready",),
            "webhook_secret": SecretStr(SECRET),
        }
        workers = [start_worker(**settings) for _ in range(2)]
        files: list[str] = []
        for _ in range(12):
            files += [a_file(announcing, content_type="image/png").upload_id for _ in range(5)]
            time.sleep(chance.uniform(0.1, 1.5))
            victim = chance.randrange(2)
            workers[victim].stop(signal.SIGKILL)
            workers[victim] = start_worker(**settings)
        # Each lease of a killed worker lasts a minute.
        for receiver in (steady, failing):
            wait_until(lambda to=receiver: set(files) <= set(file_ids_of(to).values()), 240, lambda: workers[0].shown)
        # Those that were taken are removed.
        wait_until(lambda: announcing.deliveries.find(limit=1) == [], 240, lambda: workers[0].shown)

        for receiver in (steady, failing):
            assert sorted(file_ids_of(receiver).values()) == sorted(files)


def refuse_first_tries(count: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return how to answer 500 to the first try of so many events: one refused twice waits five minutes by design."""
    refused: set[str] = set()

    def answer(request: BaseHTTPRequestHandler) -> None:
        name = request.headers["webhook-id"]
        is_refused = name not in refused and len(refused) < count
        if is_refused:
            refused.add(name)
        request.send_response(500 if is_refused else 204)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def file_ids_of(receiver: WebhookServer) -> dict[str, str]:
    """Return the file of each webhook by the webhook's id."""
    return {request.headers["webhook-id"]: str(request.verify()["data"]["file_id"]) for request in receiver.received}
