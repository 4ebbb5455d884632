"""Hashes passwords with argon2id, one at a time in each worker, so that sign-ins leave memory and cores to others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from service.accounts.errors import PasswordsBusy
from service.accounts.ports.passwords import Hashing, Verdict
from service.shared.adapters.cpus import use_any_cpu

T = TypeVar("T")

# One thread is no slower and keeps a worker at 99 MiB, where 16 threads need 573 MiB.
THREADS = 1
# Fewer than half of a worker's threads: the others go on answering.
MOST_WAITING = 3
TIME_COST = 2
PARALLELISM = 1
# A hash of the longest queue takes a second on an idle machine.
LONGEST_WAIT_S = 10.0
_BCRYPT = ("$2a$", "$2b$", "$2y$")
# Makers of bcrypt hashes cut longer passwords here; the library refuses them.
BCRYPT_BYTES = 72


class Argon2Passwords:
    """The Passwords port. Make it at any time: the thread starts with the first password."""

    def __init__(self, memory_kib: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=TIME_COST,
            memory_cost=memory_kib,
            parallelism=PARALLELISM,
            hash_len=RFC_9106_LOW_MEMORY.hash_len,
            salt_len=RFC_9106_LOW_MEMORY.salt_len,
        )
        self._places = threading.BoundedSemaphore(THREADS + MOST_WAITING)
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def hash(self, password: str) -> str:
        with self.place() as place:
            return place.hash(password)

    def verify(self, stored: str | None, password: str) -> Verdict:
        with self.place() as place:
            return place.verify(stored, password)

    @contextmanager
    def place(self) -> Iterator[Hashing]:
        if not self._places.acquire(blocking=False):
            raise PasswordsBusy
        place = _Place(self._hasher, self._executor)
        try:
            yield place
        finally:
            place.free(self._places.release)

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:  # not before the first password: threads do not survive the fork of a worker
                self._pool = ThreadPoolExecutor(THREADS, "passwords", initializer=use_any_cpu)
            return self._pool


class _Place:
    """A place in the queue: the Hashing port."""

    def __init__(self, hasher: PasswordHasher, executor: Callable[[], ThreadPoolExecutor]) -> None:
        self._hasher = hasher
        self._executor = executor
        self._work: Future[Any] | None = None

    def hash(self, password: str) -> str:
        return self._run(lambda: self._hasher.hash(password))

    def verify(self, stored: str | None, password: str) -> Verdict:
        return self._run(lambda: self._verify(stored, password))

    def free(self, release: Callable[[], None]) -> None:
        """Release the place when its work ends, though its caller may wait no longer: the thread is busy until then."""
        if self._work is None:
            release()
        else:
            self._work.add_done_callback(lambda _: release())

    def _verify(self, stored: str | None, password: str) -> Verdict:
        if stored is None:
            # An account that does not exist takes as long as a wrong password.
            self._matches(_hash_of_nobody(self._hasher), password)
            return Verdict(is_right=False)
        if stored.startswith(_BCRYPT):
            cut = password.encode()[:BCRYPT_BYTES]
            return Verdict(_is_bcrypt_of(stored, cut), is_outdated=True)
        is_right = self._matches(stored, password)
        return Verdict(is_right, is_outdated=is_right and self._hasher.check_needs_rehash(stored))

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def _run(self, work: Callable[[], T]) -> T:
        future: Future[T] = self._executor().submit(work)
        self._work = future
        try:
            return future.result(LONGEST_WAIT_S)
        except TimeoutError as error:
            raise PasswordsBusy from error


@lru_cache(1)
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")


def _is_bcrypt_of(stored: str, password: bytes) -> bool:
    try:
        return bcrypt.checkpw(password, stored.encode())
    except ValueError:  # a damaged hash, or a NUL in the password
        return False
