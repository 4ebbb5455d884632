"""Fetches the public keys of an identity provider from its JWKS address, and caches them until they rotate.

A request waits for the provider only if its key is unknown, and never for a provider that failed last time. So a slow
or absent provider costs nothing to holders of tokens with known keys.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator

import jwt
import urllib3

from service.accounts.errors import IdentityUnavailable
from service.shared.adapters.outgoing import new_pool
from service.shared.checks import StoreCheck

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "ES256", "EdDSA")
# The time-out of one read from the provider; a request waits at most LONGEST_WAIT_S in any case.
TIMEOUT_S = 3
LONGEST_WAIT_S = 3.5
# A key that the provider withdrew works for so long at most, while the provider answers.
FRESH_S = 300
# While the provider does not answer, its keys work for a day.
STALE_S = 86_400
# The time between two fetches: tokens with invented key ids must not become requests to the provider.
RETRY_S = 5
# A fetch that takes longer is given up, and another one started.
ABANDON_S = 30
FIX = (
    "Check that JWT_JWKS_URL leads to the keys of the identity provider (jwks_uri in its openid-configuration), that "
    "this machine can reach it, and that it has signing keys for RS256, ES256 or EdDSA."
)
# Everything that a fetch may raise: no connection, no JSON, no keys in it.
_FAILURES = (
    urllib3.exceptions.HTTPError,
    jwt.PyJWTError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)
# Keys tried in turn if a token names none.
MAX_KEYS = 16
# A hundred keys are smaller.
MAX_BYTES = 1024 * 1024


class ProviderKeys:
    """The keys at one address. Threads may share it; nothing is fetched before the first token."""

    is_fixed = False

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: list[jwt.PyJWK] = []
        self._fetched_at = self._tried_at = float("-inf")
        self._failed = False
        self._running: threading.Event | None = None

    def matching(self, algorithm: str, key_id: str | None) -> Iterator[jwt.PyJWK]:
        """Yield keys that may have signed such a token, to be tried in turn; newly fetched ones if none of them did.

        Raises IdentityUnavailable if the key is unknown and the provider cannot be asked.
        """
        known = self._select(algorithm, key_id)
        yield from known
        if known and key_id is not None:
            return  # another key than the named one signed it
        if not self._refresh():
            raise IdentityUnavailable("the identity provider does not answer, and the token's key is not known")
        yield from self._select(algorithm, key_id)

    def check(self) -> StoreCheck:
        """Ask the provider now, for the doctor."""
        try:
            keys = self._ask()
        except _FAILURES as error:
            return StoreCheck("identity", False, False, f"no keys from {self._url} ({type(error).__name__})", FIX)
        named = ", ".join(sorted({str(key.algorithm_name) for key in keys})) or "no usable key"
        return StoreCheck("identity", bool(keys), False, f"{self._url} answers with {named}", FIX)

    def _select(self, algorithm: str, key_id: str | None) -> list[jwt.PyJWK]:
        age = self._clock() - self._fetched_at
        if FRESH_S < age <= STALE_S:
            self._start_fetch()
        keys = self._keys if age <= STALE_S else []
        fitting = (key for key in keys if key.algorithm_name == algorithm and key_id in (None, key.key_id))
        return [key for _, key in zip(range(MAX_KEYS), fitting, strict=False)]

    def _refresh(self) -> bool:
        """Fetch if it is time. Returns whether the provider answered when it was last asked."""
        failed_before = self._failed
        running = self._start_fetch()
        if running and not failed_before and not running.wait(LONGEST_WAIT_S):
            return False
        return not self._failed

    def _start_fetch(self) -> threading.Event | None:
        """Return the fetch under way; start one if none is and it is time."""
        with self._lock:
            waited = self._clock() - self._tried_at
            if waited >= (RETRY_S if self._running is None else ABANDON_S):
                self._tried_at, self._running = self._clock(), threading.Event()
                threading.Thread(target=self._fetch, args=(self._running,), daemon=True).start()
            return self._running

    def _fetch(self, done: threading.Event) -> None:
        try:
            keys = self._ask()
        except _FAILURES as error:
            log.warning("no keys from %s (%s)", self._url, type(error).__name__)
            self._finish(done, None)
        else:
            self._finish(done, keys)

    def _ask(self) -> list[jwt.PyJWK]:
        with new_pool(self._url, urllib3.Timeout(TIMEOUT_S)) as http:
            answer = http.request("GET", self._url, redirect=False, preload_content=False)
            if answer.status != 200:
                raise ValueError(f"the provider answered {answer.status}")
            body = answer.read(MAX_BYTES)
        return [key for key in jwt.PyJWKSet.from_dict(json.loads(body)).keys if _signs(key)]

    def _finish(self, done: threading.Event, keys: list[jwt.PyJWK] | None) -> None:
        with self._lock:
            if self._running is done:  # otherwise it was abandoned
                self._running, self._failed = None, keys is None
                if keys is not None:
                    self._keys, self._fetched_at = keys, self._clock()
        done.set()


def _signs(key: jwt.PyJWK) -> bool:
    # A symmetric key (kty oct) in a public document protects nothing.
    return key.algorithm_name in ALGORITHMS and key.public_key_use in ("sig", None)
