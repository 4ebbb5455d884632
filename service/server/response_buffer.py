"""Holds an answer: gunicorn writes it as if to a socket, and it is sent as fast as the client reads."""

import os
from collections import deque
from itertools import islice
from socket import socket
from typing import Any

# The most to send in one go: more would keep the thread from other clients.
ROUNDS = 8
FILE_BYTES = 256 * 1024
PIECES = 64


class _FilePart:
    """A range of a file, read only when it is sent."""

    def __init__(self, file_number: int, offset: int, count: int) -> None:
        self.file_number = os.dup(file_number)
        self.offset = offset
        self.count = count

    def send(self, target: socket) -> bool:
        """Send some bytes. Returns whether all are sent; raises OSError if the file has become shorter."""
        sent = os.sendfile(target.fileno(), self.file_number, self.offset, min(self.count, FILE_BYTES))
        if not sent:
            raise OSError("the file has become shorter")
        self.offset += sent
        self.count -= sent
        return self.count == 0

    def close(self) -> None:
        os.close(self.file_number)


class ResponseBuffer:
    """Stands in for the socket that gunicorn writes a request's answer to. No method waits."""

    def __init__(self, target: socket) -> None:
        self._target = target
        self._pieces: deque[memoryview | _FilePart] = deque()
        self.buffered_bytes = 0
        self.sent_bytes = 0

    @property
    def is_unsent(self) -> bool:
        """Whether some of it is still to be sent."""
        return bool(self._pieces)

    # The methods that gunicorn calls on a socket.
    def sendall(self, data: bytes) -> None:
        if data:
            self._pieces.append(memoryview(data))
            self.buffered_bytes += len(data)

    send = sendall

    def sendfile(self, file: Any, offset: int = 0, count: int = 0) -> None:
        self._pieces.append(_FilePart(file.fileno(), offset, count))

    def gettimeout(self) -> float:
        return 0.0

    def shutdown(self, how: int) -> None:
        """Raise OSError: everything written so far is still sent, and the worker closes the connection."""
        raise OSError("the worker closes the connection")

    def close(self) -> None:
        """Drop everything not sent yet."""
        for piece in self._pieces:
            if isinstance(piece, _FilePart):
                piece.close()
        self._pieces.clear()
        self.buffered_bytes = 0

    def flush(self) -> bool:
        """Send as much as the client accepts. Returns whether all is sent; raises OSError if the client is gone."""
        try:
            for _ in range(ROUNDS):
                if not self._pieces:
                    return True
                self._send_some()
        except BlockingIOError:
            return False
        return not self._pieces

    def _send_some(self) -> None:
        first = self._pieces[0]
        if isinstance(first, _FilePart):
            before = first.offset
            if first.send(self._target):
                self._pieces.popleft()
                first.close()
            self.sent_bytes += first.offset - before
            return
        run: list[memoryview] = []
        for piece in islice(self._pieces, PIECES):
            if isinstance(piece, _FilePart):
                break
            run.append(piece)
        self._forget(self._target.sendmsg(run))

    def _forget(self, sent: int) -> None:
        self.sent_bytes += sent
        self.buffered_bytes -= sent
        while sent:
            first = self._pieces[0]
            assert isinstance(first, memoryview)
            if sent < len(first):
                self._pieces[0] = first[sent:]
                return
            sent -= len(first)
            self._pieces.popleft()
