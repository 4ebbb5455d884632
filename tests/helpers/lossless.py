"""Uploads without a pause while servers are lost, and reads everything back."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from moodrop import Client, MoodropError

SENDERS = 3
GIVE_UP_S = 90


@dataclass(frozen=True)
class Sent:
    """An upload that its client saw confirmed. `seconds`: how long that took, retries and all."""

    file_id: str
    digest: str
    seconds: float


def upload_during(client: Client, happens: Callable[[], None], errors: list[MoodropError] | None = None) -> list[Sent]:
    """Upload files of 200 kB from several threads until `happens` returns.

    Each is tried again until it is confirmed; `errors` gets what the tries in between met. Raises the last error of an
    upload that never is.
    """
    over = threading.Event()

    def send() -> list[Sent]:
        sent = []
        while not over.is_set():
            sent.append(_upload(client, [] if errors is None else errors))
        return sent

    with ThreadPoolExecutor(SENDERS) as pool:
        senders = [pool.submit(send) for _ in range(SENDERS)]
        try:
            happens()
        finally:
            over.set()
        return [sent for sender in senders for sent in sender.result()]


def _upload(client: Client, errors: list[MoodropError]) -> Sent:
    data, began = os.urandom(200_000), time.monotonic()
    while True:
        try:
            file = client.upload(BytesIO(data), filename="song.mp3", content_type="audio/mpeg", mood="happy")
        except MoodropError as error:
            errors.append(error)
            if time.monotonic() - began > GIVE_UP_S:
                raise
            continue
        return Sent(file.file_id, sha256(data).hexdigest(), time.monotonic() - began)


def lost_files(client: Client, sent: list[Sent], folder: Path) -> list[Sent]:
    """Return those whose bytes cannot be had any more."""

    def is_whole(one: Sent) -> bool:
        target = folder / one.file_id
        try:
            client.download(one.file_id, target)
        except MoodropError:
            return False
        return sha256(target.read_bytes()).hexdigest() == one.digest

    return [one for one in sent if not is_whole(one)]
