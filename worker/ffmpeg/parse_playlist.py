"""Reads the HLS playlists that ffmpeg writes, as numbers: playlists for players are written anew from these."""

import re
from dataclasses import dataclass

_MAP = re.compile(r'^#EXT-X-MAP:URI="[^"]*",BYTERANGE="(\d{1,10})@0"$', re.MULTILINE)
_SEGMENT = re.compile(r"^#EXTINF:(\d{1,5}\.\d{1,6}),\n#EXT-X-BYTERANGE:(\d{1,10})@(\d{1,12})$", re.MULTILINE)
_VARIANT = re.compile(r'^#EXT-X-STREAM-INF:.*?CODECS="([A-Za-z0-9.,]+)".*\n([a-z0-9]+)\.m3u8$', re.MULTILINE)


@dataclass(frozen=True)
class Playlist:
    """The parts of a file that is played by ranges: first `init_bytes`, then one segment after the other."""

    init_bytes: int
    segments: str  # "6.000000:603815 6.000000:594826", seconds and bytes of each
    seconds: float
    size_bytes: int  # of all parts
    bandwidth: int  # bits per second at its peak
    average_bandwidth: int


def parse_playlist(text: str) -> Playlist:
    """Return the parts of a playlist. Raises ValueError if it is not complete, or leaves gaps."""
    head = _MAP.search(text)
    segments = [(seconds, int(size), int(start)) for seconds, size, start in _SEGMENT.findall(text)]
    if head is None or not segments or "#EXT-X-ENDLIST" not in text:
        raise ValueError("an incomplete playlist")
    end = init_bytes = int(head[1])
    for _, size, start in segments:
        if start != end:
            raise ValueError(f"a segment at {start} instead of {end}")
        end = start + size
    seconds = sum(float(length) for length, _, _ in segments)
    if seconds <= 0:
        raise ValueError("segments of no length")
    average = max(1, round(8 * (end - init_bytes) / seconds))
    return Playlist(
        init_bytes=init_bytes,
        segments=" ".join(f"{length}:{size}" for length, size, _ in segments),
        seconds=seconds,
        size_bytes=end,
        bandwidth=max(average, _peak([(float(length), size) for length, size, _ in segments])),
        average_bandwidth=average,
    )


def _peak(segments: list[tuple[float, int]]) -> int:
    """Return the highest rate of a segment. A short last one tells little (RFC 8216, 4.3.4.2: half the target)."""
    least = max(seconds for seconds, _ in segments) / 2
    return max(round(8 * size / seconds) for seconds, size in segments if seconds >= least)


def parse_codecs(master: str) -> dict[str, str]:
    """Return the codecs of each rendition in a master playlist, by its name: {"720": "avc1.64001f,mp4a.40.2"}."""
    return {name: codecs for codecs, name in _VARIANT.findall(master)}
