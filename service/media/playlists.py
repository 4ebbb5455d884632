"""Writes HLS playlists (RFC 8216) from the numbers of renditions: nothing that a worker sent is passed on as text."""

from collections.abc import Iterator, Sequence
from math import ceil

from service.media.model import Rendition

_HEAD = ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")


def master_text(renditions: Sequence[Rendition], suffix: str = "") -> str:
    """Return the playlist that lists the others, the smallest first: `{name}.m3u8{suffix}` beside it.

    Players begin with the first one that they are told of.
    """
    lines = [*_HEAD]
    for rendition in sorted(renditions, key=lambda one: one.bandwidth):
        lines += [f"#EXT-X-STREAM-INF:{','.join(_stream(rendition))}", f"{rendition.name}.m3u8{suffix}"]
    return _text(lines)


def _stream(rendition: Rendition) -> Iterator[str]:
    yield f"BANDWIDTH={rendition.bandwidth}"
    yield f"AVERAGE-BANDWIDTH={rendition.average_bandwidth}"
    yield f'CODECS="{rendition.codecs}"'
    if rendition.width and rendition.height:
        yield f"RESOLUTION={rendition.width}x{rendition.height}"
    if rendition.frames_per_second:
        yield f"FRAME-RATE={rendition.frames_per_second:.3f}"


def rung_text(rendition: Rendition, uri: str) -> str:
    """Return the playlist of one rendition, whose file is at `uri`: its segments, as ranges of bytes."""
    segments = rendition.parsed_segments
    lines = [
        *_HEAD,
        # No segment may be longer, once its length is rounded.
        f"#EXT-X-TARGETDURATION:{max(1, ceil(max(segment.seconds for segment in segments)))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f'#EXT-X-MAP:URI="{uri}",BYTERANGE="{rendition.init_bytes}@0"',
    ]
    start = rendition.init_bytes
    for segment in segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", f"#EXT-X-BYTERANGE:{segment.size_bytes}@{start}", uri]
        start += segment.size_bytes
    return _text([*lines, "#EXT-X-ENDLIST"])


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
