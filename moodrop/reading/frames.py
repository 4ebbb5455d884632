"""Reads the headers of MP3 and ADTS frames."""

from functools import lru_cache
from typing import NamedTuple

HEADER_BYTES = 7
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


class Frame(NamedTuple):
    """A frame of MP3 or ADTS, read from its header."""

    size_bytes: int
    samples: int
    rate: int
    kind: int  # the same for all frames of a stream


def frame_at(header: bytes) -> Frame | None:
    """Return the frame with this header, or None if this is not a header."""
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
    version = second >> 3 & 3
    layer = 4 - (second >> 1 & 3)
    bitrate = third >> 4
    rate = third >> 2 & 3
    if second & 0xE0 != 0xE0 or version == 1 or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    is_mpeg_1 = version == 3
    hertz = _MPEG_RATES[rate] // _RATE_DIVISORS[version]
    samples = 384 if layer == 1 else 1152 if is_mpeg_1 or layer == 2 else 576
    slot = 4 if layer == 1 else 1
    slots = samples // 8 // slot * _BITRATES[is_mpeg_1, layer][bitrate - 1] * 1000 // hertz + (third >> 1 & 1)
    return Frame(slots * slot, samples, hertz, layer)
