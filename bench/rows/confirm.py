"""What a whole confirm costs, against the two calls that every confirm needs."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from time import perf_counter
from typing import Any

import urllib3
from flask import Flask
from pymongo import MongoClient
from pymongo.write_concern import WriteConcern
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.row import Reach, Row, Samples
from bench.running import OWNER, Stores, stores
from service.app import create_app
from service.ports import Ports
from service.shared.api.context import EXTENSION
from service.shared.model import Caller
from service.shared.scopes import UPLOADS_WRITE
from service.store.model import PresignedRequest
from service.store.s3.store import s3_client
from service.uploads.metadata import FileMetadata
from service.uploads.usecases.starting.declare import NewUpload
from service.uploads.usecases.starting.start import start_upload

THREADS = 8
ROUNDS = 9
CONFIRMS = 160  # in one round
CONTENT = b"ID3\x04" * 256
CALLER = Caller(OWNER, frozenset({UPLOADS_WRITE}))


@dataclass(frozen=True)
class Stored:
    """An upload whose bytes have arrived."""

    upload_id: str
    object_key: str


def store_one(ports: Ports, http: urllib3.PoolManager) -> Stored:
    new = NewUpload("song.mp3", "audio/mpeg", len(CONTENT), FileMetadata(mood="happy"))
    upload, put = start_upload(ports, CALLER, new)
    if not isinstance(put, PresignedRequest):
        raise TypeError("a file this small goes in one PUT")
    answer = http.request("PUT", put.url, body=CONTENT, headers=dict(put.headers), retries=False)
    if answer.status != 200:
        raise RuntimeError(f"the store answered {answer.status} to a PUT")
    return Stored(upload.upload_id, upload.object_key)


def confirmer(app: Flask, headers: dict[str, str]) -> Callable[[Stored], None]:
    """Return a function that confirms by a request to the app in this process: the whole service without its socket."""
    environ = EnvironBuilder(method="POST", headers=Headers(headers)).get_environ()

    def confirm(stored: Stored) -> None:
        own = {"PATH_INFO": f"/v1/uploads/{stored.upload_id}/confirm", "wsgi.input": BytesIO()}
        answer, status, _ = run_wsgi_app(app, {**environ, **own})
        if status != "200 OK":
            raise RuntimeError(f"not confirmed: {b''.join(answer)!r}")

    return confirm


@contextmanager
def bare(given: Stores) -> Iterator[Callable[[Stored], None]]:
    """Yield a function that does a HEAD with boto3 and a durable conditional update of a document with pymongo."""
    head = s3_client(given.settings).head_object
    with MongoClient[dict[str, Any]](given.settings.mongodb_uri) as mongo:
        concern = WriteConcern(w="majority", j=True)
        documents = mongo["bare"].get_collection("files", write_concern=concern)
        ours = mongo[given.settings.mongodb_database]["files"]
        documents.insert_many(list(ours.find()))

        def confirm(stored: Stored) -> None:
            stored_object = head(Bucket=given.settings.minio_bucket, Key=stored.object_key)
            which = {"_id": stored.upload_id, "status": "pending"}
            done = documents.update_one(which, {"$set": {"status": "ready", "etag": stored_object["ETag"]}})
            if done.modified_count != 1:
                raise RuntimeError("not updated")

        yield confirm


def seconds_each(threads: ThreadPoolExecutor, confirm: Callable[[Stored], None], batch: Iterable[Stored]) -> float:
    start = perf_counter()
    done = list(threads.map(confirm, batch))
    return (perf_counter() - start) / len(done)


def measure() -> Samples:
    samples = Samples("s", [], [])
    with stores() as given, ThreadPoolExecutor(THREADS) as threads:
        app = create_app(given.settings)
        shared = app.extensions[EXTENSION]
        shared.preparation.ensure()
        http = urllib3.PoolManager(maxsize=THREADS)
        count = CONFIRMS * (ROUNDS + 1)
        uploads = list(threads.map(lambda _: store_one(shared.ports, http), range(count)))
        with bare(given) as confirm_bare:
            confirm = confirmer(app, given.authorization)
            for first in range(0, count, CONFIRMS):
                batch = uploads[first : first + CONFIRMS]
                samples.baseline.append(seconds_each(threads, confirm_bare, batch))
                samples.ours.append(seconds_each(threads, confirm, batch))
        shared.ports.records.close()
    return Samples("s", samples.baseline[1:], samples.ours[1:])  # the first round opened the connections


ROWS = (Row(f"confirm of a put, {THREADS} threads", "bare HEAD + durable update", Reach.at_most(1.5), measure),)
