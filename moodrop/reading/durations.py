"""Measures songs in formats with unreliable headers: MP3, ADTS and WAV.

An MP3 without a Xing header does not give its length, and one joined from two files gives the length of the first. A
WAV from a pipe claims to be four gigabytes long. The page measures in the same way.
"""

import io
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from moodrop.reading.frames import HEADER_BYTES, frame_at
from moodrop.reading.riff import chunks, is_wav, read_at

WINDOW_BYTES = 256 * 1024
# The first frame starts within this many bytes of the beginning, or of the end of the tags there.
LEAD_BYTES = 64 * 1024
# Pictures and lyrics at the end of a file are not frames.
MOST_JUNK_BYTES = 1024 * 1024
# A limit, so that a malicious file is not read for hours.
MOST_GAPS = 64
# Two headers in a row may be an accident in a megabyte of other data; this many are not.
FRAMES_IN_A_ROW = 4
OGG_HEADER_BYTES = 27
MOST_OGG_PAGE_BYTES = 65_307
# A Xing header counts if its number of bytes is that of the file, apart from tags at the end.
XING_TOLERANCE = 0.02

Reader = Callable[[BinaryIO], float | None]


def reader_of(file: BinaryIO) -> Reader | None:
    """Return the function that measures this file, or None if its header is reliable."""
    if is_wav(file):
        return _wav_seconds
    if read_at(file, 0, 4) == b"OggS":
        return _unknown if _is_joined_ogg(file) else None
    first = _first_frame(file)
    return None if first is None else partial(_frames_seconds, position=first)


def _unknown(_: BinaryIO) -> None:
    return None


def _is_joined_ogg(file: BinaryIO) -> bool:
    """Return whether the last page belongs to a stream that does not start the file: readers count only the first."""
    serials = set()
    position = 0
    while _begins_stream(page := read_at(file, position, OGG_HEADER_BYTES + 255)):
        serials.add(page[14:18])
        segments = page[26]
        position += OGG_HEADER_BYTES + segments + sum(page[OGG_HEADER_BYTES : OGG_HEADER_BYTES + segments])
    end = read_at(file, max(0, file.seek(0, io.SEEK_END) - MOST_OGG_PAGE_BYTES), MOST_OGG_PAGE_BYTES)
    last = end.rfind(b"OggS")
    return last >= 0 and end[last + 14 : last + 18] not in serials


def _begins_stream(page: bytes) -> bool:
    return len(page) > OGG_HEADER_BYTES and page[:4] == b"OggS" and page[5] & 2 != 0


def _wav_seconds(file: BinaryIO) -> float | None:
    """Divide the bytes of the data by those of a second. If the size cannot be right, the data go up to the end."""
    size = file.seek(0, io.SEEK_END)
    riff_end = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    rate = 0
    for name, position, length in chunks(file):
        if name == b"fmt ":
            rate = int.from_bytes(read_at(file, position + 8, 4), "little")
        if name == b"data":
            is_plausible = position + length <= size and (length > 0 or riff_end in (size, size + 1))
            if read_at(file, position + length, 4) == b"RIFF":
                return None  # two files, one after the other
            return (length if is_plausible else size - position) / rate if rate else None
    return None


def _frames_seconds(file: BinaryIO, position: int) -> float | None:
    """Trust the Xing header if it belongs to this stream; otherwise count the frames from this position on."""
    window = _Window(file)
    first = frame_at(window.at(position))
    if first is None:
        return None
    index = window.at(position, first.size_bytes)
    frames = _xing_frames(index, window.size - position)
    if frames is not None:
        return frames * first.samples / first.rate
    counts = _count(window, position + (first.size_bytes if _is_index(index) else 0), first.kind)
    return None if counts is None else sum(count * samples / rate for (samples, rate), count in counts.items())


def _count(window: "_Window", position: int, kind: int) -> Counter[tuple[int, int]] | None:
    """Count the frames by samples and rate. Returns None if there is too much other data between them."""
    counts: Counter[tuple[int, int]] = Counter()
    gaps = 0
    while position < window.size:
        frame = frame_at(window.at(position))
        if frame is not None and frame.kind == kind:
            is_complete = position + frame.size_bytes <= window.size
            counts[frame.samples, frame.rate] += is_complete
            position += frame.size_bytes
            continue
        next_position = _next_frame(window, position, kind)
        gaps += 1
        if gaps > MOST_GAPS or (next_position is None and window.size - position > MOST_JUNK_BYTES):
            return None
        position = window.size if next_position is None else next_position
    return counts


class _Window:
    """A file read a piece at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        self._start = 0
        self._bytes = b""

    def at(self, position: int, size_bytes: int = HEADER_BYTES) -> bytes:
        start = position - self._start
        if start < 0 or start + size_bytes > len(self._bytes):
            self._start = position
            self._bytes = read_at(self._file, position, max(WINDOW_BYTES, size_bytes))
            start = 0
        return self._bytes[start : start + size_bytes]


def _first_frame(file: BinaryIO) -> int | None:
    """Return where the first frame starts, after the tags at the beginning."""
    window = _Window(file)
    position = 0
    while length := _tag_bytes(window.at(position, 32)):
        position += length
    lead = window.at(position, LEAD_BYTES)
    for offset in range(len(lead)):
        if lead[offset] == 0xFF and _begins_frames(window, position + offset, None):
            return position + offset
    return None


def _next_frame(window: _Window, position: int, kind: int) -> int | None:
    """Return where the frames continue after other data: a tag, or bytes that make no sense."""
    if length := _tag_bytes(window.at(position, 32)):
        return position + length
    junk = window.at(position, MOST_JUNK_BYTES)
    offset = junk.find(b"\xff", 1)
    while offset >= 0:
        if _begins_frames(window, position + offset, kind):
            return position + offset
        offset = junk.find(b"\xff", offset + 1)
    return None


def _begins_frames(window: _Window, position: int, kind: int | None) -> bool:
    """Return whether several frames follow each other here, or all the frames up to the end of the file."""
    for _ in range(FRAMES_IN_A_ROW):
        frame = frame_at(window.at(position))
        if frame is None or kind not in (None, frame.kind):
            return False
        kind = frame.kind
        position += frame.size_bytes
        if position == window.size:
            return True
    return True


def _tag_bytes(head: bytes) -> int:
    """Return the length of the tag that starts here, or 0 if none does."""
    if head[:3] == b"ID3" and len(head) >= 10:
        return 10 + sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    if head[:8] == b"APETAGEX" and len(head) >= 32:
        return 32 + int.from_bytes(head[12:16], "little")
    return 128 if head[:3] == b"TAG" else 0


def _is_index(frame: bytes) -> bool:
    return _xing_at(frame) > 0 or frame[36:40] == b"VBRI"


def _xing_at(frame: bytes) -> int:
    """Return where the Xing header starts in its frame, which depends on version and channels, or 0 without one."""
    return next((at for at in (36, 21, 13) if frame[at : at + 4] in (b"Xing", b"Info")), 0)


def _xing_frames(frame: bytes, stream_bytes: int) -> int | None:
    """Return the number of frames in the Xing header, if its number of bytes is that of this stream."""
    at = _xing_at(frame)
    if not at or len(frame) < at + 16 or frame[at + 7] & 3 != 3:
        return None
    frames, size = (int.from_bytes(frame[at + start : at + start + 4], "big") for start in (8, 12))
    return frames if frames and abs(stream_bytes - size) <= stream_bytes * XING_TOLERANCE else None
