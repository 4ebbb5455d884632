"""A normal user who times calls while hostile clients attack the service."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from time import monotonic, sleep
from typing import Any

import urllib3

from tests.builders import SONG
from tests.helpers.tokens import bearer

# The promised times, in seconds.
HEALTHY_WITHIN = 0.5
LISTED_WITHIN = 0.5
CONFIRMED_WITHIN = 1.0


@dataclass
class Bystander:
    """A normal user of the service, who times calls."""

    url: str
    headers: Mapping[str, str] = field(default_factory=lambda: bearer("bystander"))
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=20))

    def call(self, method: str, path: str, **options: Any) -> Any:
        return self.http.request(method, self.url + path, headers=self.headers, **options)

    def a_sent_upload(self) -> str:
        new = {"filename": "a.mp3", "content_type": "audio/mpeg", "size_bytes": len(SONG)}
        started = self.call("POST", "/v1/uploads", json=new).json()
        headers = {name: value for name, value in started["transfer"]["headers"].items() if name != "content-length"}
        assert self.http.request("PUT", started["transfer"]["url"], body=SONG, headers=headers).status == 200
        return str(started["upload_id"])

    def seconds(self, method: str, path: str) -> float:
        """Return how long a call takes on a new connection, or infinity if it does not get its 200."""
        begun = monotonic()
        with suppress(urllib3.exceptions.HTTPError):
            answer = urllib3.request(method, self.url + path, headers=self.headers, retries=False, timeout=20)
            if answer.status == 200:
                return monotonic() - begun
        return float("inf")


def measure(bystander: Bystander, uploads: list[str]) -> tuple[float, float, float]:
    """Return the median times of a health check, a list and a confirm."""
    healthy, listed, confirmed = [], [], []
    for upload_id in uploads:
        healthy.append(bystander.seconds("GET", "/healthz"))
        listed.append(bystander.seconds("GET", "/v1/files"))
        confirmed.append(bystander.seconds("POST", f"/v1/uploads/{upload_id}/confirm"))
        sleep(0.2)
    return median(healthy), median(listed), median(confirmed)
