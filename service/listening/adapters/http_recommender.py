"""Asks a recommender process. One that is slow, down or odd costs one request 300 ms, and the next ones nothing."""

import http.client
import logging
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from pydantic import ValidationError

from service.listening.ports.recommender import RecommenderUnavailable
from service.listening.recommend.messages import Question, Suggestions
from service.listening.recommend.model import Suggestion, Taste
from service.listening.recommender_settings import RecommenderSettings
from service.shared.adapters.timed_connection import timed_connection
from service.shared.log_quota import LogQuota
from service.shared.version import VERSION

log = logging.getLogger(__name__)

TIMEOUT_S = 0.3
# After a failure nobody asks for so long: else each thread of the service would wait in turn.
PAUSE_S = 5.0
MOST_BYTES = 128 * 1024  # of an answer; 300 suggestions take a third


class HttpRecommender:
    """The Recommender port. Opens a connection for each question and follows no redirect. Threads share it."""

    def __init__(self, url: str, token: str, now: Callable[[], float] = time.monotonic) -> None:
        self._address = urlsplit(url)
        self._target = f"{self._address.path.rstrip('/')}/recommendations"
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "User-Agent": f"moodrop/{VERSION}",
        }
        self._tls = ssl.create_default_context()
        self._now = now
        self._resumes_at = 0.0
        self._mutex = threading.Lock()
        self._failures = LogQuota(lines=1, seconds=60)

    def suggest(self, taste: Taste) -> list[Suggestion]:
        with self._mutex:
            if self._now() < self._resumes_at:
                raise RecommenderUnavailable("it failed just now")
        try:
            return self._ask(taste)
        except RecommenderUnavailable as why:
            with self._mutex:
                self._resumes_at = self._now() + PAUSE_S
            if (left_out := self._failures.take()) is not None:
                log.warning("recommendations follow rules: the recommender %s%s", why, left_out)
            raise

    def _ask(self, taste: Taste) -> list[Suggestion]:
        body = Question.of(taste).model_dump_json().encode()
        try:
            with timed_connection(self._address, TIMEOUT_S, self._tls) as connection:
                connection.request("POST", self._target, body, self._headers)
                response = connection.getresponse()
                text = response.read(MOST_BYTES + 1)
        except TimeoutError as error:
            raise RecommenderUnavailable(f"gave no answer within {TIMEOUT_S:g} s") from error
        # The kind of the error alone: its text may hold the address.
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RecommenderUnavailable(f"gave no answer ({type(error).__name__})") from error
        return _read(response.status, text)


def recommender_of(settings: RecommenderSettings) -> HttpRecommender | None:
    """Return the recommender of the settings; None where the service reads the model itself."""
    url = settings.recommender_url
    return HttpRecommender(url, settings.recommender_token.get_secret_value()) if url else None


def _read(status: int, text: bytes) -> list[Suggestion]:
    if status != http.client.OK:
        raise RecommenderUnavailable(f"answered with status {status}")
    if len(text) > MOST_BYTES:
        raise RecommenderUnavailable(f"answered with more than {MOST_BYTES} bytes")
    try:
        return Suggestions.model_validate_json(text).to_list()
    except ValidationError as error:
        raise RecommenderUnavailable("answered with something else than suggestions") from error
