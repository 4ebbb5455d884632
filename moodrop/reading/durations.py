"""Lengths of songs whose headers may be wrong: MP3, ADTS and WAV, counted rather than believed.

An MP3 without a Xing header says nothing of its length, and one made of two others says that of the first. A WAV from
a pipe says that it is four gigabytes long. The page counts in the same way.
"""

import io
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from typing import BinaryIO, NamedTuple

from moodrop.reading.riff import chunks, is_wav, read_at

WINDOW_BYTES = 256 * 1024
# The first frame comes within this of the beginning, or of the end of the tags there.
LEAD_BYTES = 64 * 1024
# Pictures and lyrics at the end of a file are no frames.
MOST_JUNK_BYTES = 1024 * 1024
# So that a file made on purpose is not read for hours.
MOST_GAPS = 64
HEADER_BYTES = 7
# Two headers in a row are an accident in a megabyte of anything else; so many are none.
FRAMES_IN_A_ROW = 4
OGG_HEADER_BYTES = 27
MOST_OGG_PAGE_BYTES = 65_307
# A Xing header is believed if the bytes it counts are those of the file, but for tags at the end.
XING_TOLERANCE = 0.02

# Kilobits per second, by MPEG 1 and by MPEG 2, of the layers I, II and III.
_BITRATES = {
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_RATES = (44100, 48000, 32000)
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}  # of MPEG 1, 2 and 2.5
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)

Reader = Callable[[BinaryIO], float | None]


class Frame(NamedTuple):
    """A frame of MP3 or ADTS, by its header."""

    size_bytes: int
    samples: int
    rate: int
    kind: int  # equal for the frames of one stream


def reader_of(file: BinaryIO) -> Reader | None:
    """Return what counts the length of this file; None if its own header is as good."""
    if is_wav(file):
        return _wav_seconds
    if read_at(file, 0, 4) == b"OggS":
        return _unknown if _is_joined_ogg(file) else None
    first = _first_frame(file)
    return None if first is None else partial(_frames_seconds, position=first)


def _unknown(_: BinaryIO) -> None:
    return None


def _is_joined_ogg(file: BinaryIO) -> bool:
    """Tell whether the last page belongs to no stream that the file begins with: readers count only those."""
    serials, position = set(), 0
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
    """Divide the bytes of the data by those of a second. A size that cannot be right means: up to the end."""
    size = file.seek(0, io.SEEK_END)
    riff_end = 8 + int.from_bytes(read_at(file, 4, 4), "little")
    rate = 0
    for name, position, length in chunks(file):
        if name == b"fmt ":
            rate = int.from_bytes(read_at(file, position + 8, 4), "little")
        if name == b"data":
            is_said = position + length <= size and (length > 0 or riff_end in (size, size + 1))
            if read_at(file, position + length, 4) == b"RIFF":
                return None  # two files, one after the other
            return (length if is_said else size - position) / rate if rate else None
    return None


def _frames_seconds(file: BinaryIO, position: int) -> float | None:
    """Believe a Xing header of this very stream; else count the frames from this position on."""
    window = _Window(file)
    first = frame_at(window.at(position))
    if first is None:
        return None
    index = window.at(position, first.size_bytes)
    told = _xing_frames(index, window.size - position)
    if told is not None:
        return told * first.samples / first.rate
    counts = _count(window, position + (first.size_bytes if _is_index(index) else 0), first.kind)
    return None if counts is None else sum(count * samples / rate for (samples, rate), count in counts.items())


def _count(window: "_Window", position: int, kind: int) -> Counter[tuple[int, int]] | None:
    """Count the frames by samples and rate. None if too much between them is something else."""
    counts: Counter[tuple[int, int]] = Counter()
    gaps = 0
    while position < window.size:
        frame = frame_at(window.at(position))
        if frame is not None and frame.kind == kind:
            whole = position + frame.size_bytes <= window.size
            counts[frame.samples, frame.rate] += whole
            position += frame.size_bytes
            continue
        found, gaps = _next_frame(window, position, kind), gaps + 1
        if gaps > MOST_GAPS or (found is None and window.size - position > MOST_JUNK_BYTES):
            return None
        position = window.size if found is None else found
    return counts


class _Window:
    """A file read a piece at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        self._start, self._bytes = 0, b""

    def at(self, position: int, size_bytes: int = HEADER_BYTES) -> bytes:
        start = position - self._start
        if start < 0 or start + size_bytes > len(self._bytes):
            self._start, self._bytes = position, read_at(self._file, position, max(WINDOW_BYTES, size_bytes))
            start = 0
        return self._bytes[start : start + size_bytes]


def _first_frame(file: BinaryIO) -> int | None:
    """Return where the first frame begins, after the tags at the beginning."""
    window, position = _Window(file), 0
    while length := _tag_bytes(window.at(position, 32)):
        position += length
    lead = window.at(position, LEAD_BYTES)
    for offset in range(len(lead)):
        if lead[offset] == 0xFF and _begins_frames(window, position + offset, None):
            return position + offset
    return None


def _next_frame(window: _Window, position: int, kind: int) -> int | None:
    """Return where the frames go on after something else: a tag, or bytes that make no sense."""
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
    """Tell whether several frames follow each other, or as many as there are before the file ends."""
    for _ in range(FRAMES_IN_A_ROW):
        frame = frame_at(window.at(position))
        if frame is None or kind not in (None, frame.kind):
            return False
        kind, position = frame.kind, position + frame.size_bytes
        if position == window.size:
            return True
    return True


def _tag_bytes(head: bytes) -> int:
    """Return the length of the tag that begins here; 0 if none does."""
    if head[:3] == b"ID3" and len(head) >= 10:
        return 10 + sum((byte & 127) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    if head[:8] == b"APETAGEX" and len(head) >= 32:
        return 32 + int.from_bytes(head[12:16], "little")
    return 128 if head[:3] == b"TAG" else 0


def frame_at(header: bytes) -> Frame | None:
    """Return the frame with this header; None if this is none."""
    if len(header) < HEADER_BYTES or header[0] != 0xFF:
        return None
    if header[1] & 0xF6 == 0xF0:
        return _adts_frame(header)
    return _mpeg_frame(header[1], header[2])


def _adts_frame(header: bytes) -> Frame | None:
    index = header[2] >> 2 & 15
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    if index >= len(_ADTS_RATES) or size < HEADER_BYTES:
        return None
    return Frame(size, 1024 * ((header[6] & 3) + 1), _ADTS_RATES[index], 0)


@lru_cache(maxsize=4096)
def _mpeg_frame(second: int, third: int) -> Frame | None:
    version, layer = second >> 3 & 3, 4 - (second >> 1 & 3)
    bitrate, rate = third >> 4, third >> 2 & 3
    if second & 0xE0 != 0xE0 or version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    is_mpeg_1 = version == 3
    hertz = _MPEG_RATES[rate] // _RATE_DIVISORS[version]
    samples = 384 if layer == 1 else 1152 if is_mpeg_1 or layer == 2 else 576
    slot = 4 if layer == 1 else 1
    slots = samples // 8 // slot * _BITRATES[is_mpeg_1, layer][bitrate - 1] * 1000 // hertz + (third >> 1 & 1)
    return Frame(slots * slot, samples, hertz, layer)


def _is_index(frame: bytes) -> bool:
    return _xing_at(frame) > 0 or frame[36:40] == b"VBRI"


def _xing_at(frame: bytes) -> int:
    """Return where the Xing header begins within its frame, which depends on version and channels; 0: nowhere."""
    return next((at for at in (36, 21, 13) if frame[at : at + 4] in (b"Xing", b"Info")), 0)


def _xing_frames(frame: bytes, stream_bytes: int) -> int | None:
    """Return the frames that the Xing header counts, if it counts the bytes of this very stream."""
    at = _xing_at(frame)
    if not at or len(frame) < at + 16 or frame[at + 7] & 3 != 3:
        return None
    frames, size = (int.from_bytes(frame[at + start : at + start + 4], "big") for start in (8, 12))
    return frames if frames and abs(stream_bytes - size) <= stream_bytes * XING_TOLERANCE else None
