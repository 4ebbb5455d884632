"""Speaks clamd's protocol: INSTREAM, by TCP or a unix socket (https://docs.clamav.net, clamd(8))."""

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CHUNK = 256 * 1024
ANSWER_S = 5.0  # for one step; in between it looks whether it is still wanted
SCAN_S = 600.0  # after the last byte; clamd itself gives a scan two minutes by default
LONGEST_ANSWER = 4096
LONGEST_NAME = 200


class ScannerSilent(Exception):
    """The scanner is out of reach, or did not say what it found."""


class TooLargeToScan(Exception):
    """The scanner takes no files of that size."""


def scan_file(url: str, path: Path, alive: Callable[[], bool]) -> str | None:
    """Return what the scanner calls the threat in that file, or None if it finds none.

    Raises TooLargeToScan or ScannerSilent; the latter also as soon as it is not `alive` any more.
    """
    try:
        with _connected(url) as connection:
            # A scanner that refuses the rest answers, and closes before it has read all.
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(connection, path, alive)
            return _read(_answer(connection, alive))
    except OSError as error:
        raise ScannerSilent(f"the scanner does not answer ({type(error).__name__})") from error


def _connected(url: str) -> socket.socket:
    if url.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(ANSWER_S)
        try:
            connection.connect(url.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = url.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), ANSWER_S)


def _send(connection: socket.socket, path: Path, alive: Callable[[], bool]) -> None:
    connection.sendall(b"zINSTREAM\0")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not alive():
                raise ScannerSilent("the job is not wanted any more")
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(struct.pack(">I", 0))


def _answer(connection: socket.socket, alive: Callable[[], bool]) -> str:
    answer, until = b"", time.monotonic() + SCAN_S
    while not answer.endswith(b"\0"):
        if not alive() or time.monotonic() > until or len(answer) > LONGEST_ANSWER:
            raise ScannerSilent("the scanner did not say in time what it found")
        try:
            received = connection.recv(LONGEST_ANSWER)
        except TimeoutError:
            continue
        if not received:
            break
        answer += received
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _read(answer: str) -> str | None:
    result = answer.removeprefix("stream: ")
    if result == "OK":
        return None
    if result.endswith(" FOUND"):
        name = "".join(letter for letter in result.removesuffix(" FOUND") if letter.isprintable())
        return name[:LONGEST_NAME].strip() or "unnamed"
    if "size limit exceeded" in result:
        raise TooLargeToScan
    raise ScannerSilent("the scanner could not scan it" if answer else "the scanner closed without an answer")
