"""Containers made to harm their reader: parts of films, pictures and animations, put together byte by byte."""

import struct
import zlib
from collections.abc import Callable

# Boxes that hold boxes (ISO 14496-12).
_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"dinf")
ANIMATED = 0x02  # of a WebP's VP8X


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return box(kind, bytes([version, 0, 0, 0]), *parts)


def edit_boxes(film: bytes, edit: Callable[[bytes, bytes], bytes]) -> bytes:
    """Return an MP4 whose index, at its end, was edited: `edit` gets each box and its kind, and returns what it is."""
    edited, at = b"", 0
    while at + 8 <= len(film):
        size, kind = struct.unpack_from(">I4s", film, at)
        whole = film[at : at + size]
        edited += edit(kind, box(kind, edit_boxes(whole[8:], edit)) if kind in _HOLDERS else whole)
        at += size
    return edited


def with_hours(flac: bytes, hours: int) -> bytes:
    """Return a FLAC of 8 kHz whose header says so many hours: silence packs so well that 14 MB hold twenty."""
    # STREAMINFO: the number of samples is the low 36 bits of the 8 bytes at 18.
    samples = int.from_bytes(flac[18:26], "big") >> 36 << 36 | hours * 3600 * 8000
    return flac[:18] + samples.to_bytes(8, "big") + flac[26:]


def with_external_data(film: bytes, path: str) -> bytes:
    """Return a MOV whose samples lie in another file, named as an alias of a Macintosh and as an address."""
    name = path.encode() + b"\0" * (len(path) % 2)
    absolute = struct.pack(">HH", 2, len(name)) + name + struct.pack(">HH", 0xFFFF, 0)
    alias = bytes(10 + 1 + 27 + 12 + 1 + 63 + 16 + 2 + 2 + 16) + absolute
    entries = full_box(b"alis", 0, alias), full_box(b"url ", 0, path.encode() + b"\0")
    reference = full_box(b"dref", 0, struct.pack(">I", len(entries)), *entries)
    return edit_boxes(film, lambda kind, whole: reference if kind == b"dref" else whole)


def with_many_tracks(film: bytes, count: int) -> bytes:
    return edit_boxes(film, lambda kind, whole: whole * count if kind == b"trak" else whole)


def _chunk(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def make_avi_with_subtitles(text: bytes) -> bytes:
    """Return an AVI of a moment's silence whose subtitles are that file: ffmpeg opens it with a demuxer of its own."""

    def stream(kind: bytes, scale: int, rate: int, size: int, layout: bytes) -> bytes:
        head = struct.pack(
            "<4s4sIHHIIIIIIII4H", kind, b"\0" * 4, 0, 0, 0, 0, scale, rate, 0, 8000, 0, 0, size, *[0] * 4
        )
        return _chunk(b"LIST", b"strl", _chunk(b"strh", head), _chunk(b"strf", layout))

    main = struct.pack("<14I", 40_000, 0, 0, 0x10, 25, 0, 2, 0, 16, 16, 0, 0, 0, 0)
    sound = stream(b"auds", 2, 16_000, 2, struct.pack("<HHIIHH", 1, 1, 8000, 16_000, 2, 16))
    subtitles = stream(b"txts", 1, 25, 0, b"")
    packet = b"GAB2\0" + struct.pack("<HIHHI", 2, 2, 0, 4, len(text)) + text
    body = _chunk(b"LIST", b"movi", _chunk(b"01tx", packet), _chunk(b"00wb", bytes(16_000)))
    return _chunk(b"RIFF", b"AVI ", _chunk(b"LIST", b"hdrl", _chunk(b"avih", main), sound, subtitles), body)


def make_heic(items: int, *, holds_itself: bool = False) -> bytes:
    """Return a HEIC of that many items without bytes; or of a grid whose tiles are that grid."""
    kind = b"grid" if holds_itself else b"hvc1"
    numbers = range(1, items + 1)
    entries = [full_box(b"infe", 2, struct.pack(">HH4s", number, 0, kind), b"\0") for number in numbers]
    grid = struct.pack(">BBBBHH", 0, 0, 0, 1, 64, 64)
    places = b"".join(struct.pack(">HHHHII", number, 1, 0, 1, 0, len(grid)) for number in numbers)
    uses = b"".join(struct.pack(">I3s", number, b"\1\x81\0")[:6] for number in numbers)
    tiles = [full_box(b"iref", 0, box(b"dimg", struct.pack(">4H", 1, 2, 1, 1)))] if holds_itself else []
    meta = full_box(
        b"meta",
        0,
        full_box(b"hdlr", 0, struct.pack(">4x4s12x", b"pict"), b"\0"),
        full_box(b"pitm", 0, struct.pack(">H", 1)),
        full_box(b"iinf", 0, struct.pack(">H", items), *entries),
        full_box(b"iloc", 1, b"\x44\0", struct.pack(">H", items), places),
        box(
            b"iprp",
            box(b"ipco", full_box(b"ispe", 0, struct.pack(">II", 64, 64))),
            full_box(b"ipma", 0, struct.pack(">I", items), uses),
        ),
        *tiles,
        box(b"idat", grid),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta


def make_webp(still: bytes, frames: int) -> bytes:
    """Return an animation of a lossless WebP of one pixel, over and over."""
    one = bytes(12) + b"\x64\0\0\0" + still[12:]
    body = _chunk(b"ANMF", one) * frames
    head = _chunk(b"VP8X", struct.pack("<I", ANIMATED), bytes(6)) + _chunk(b"ANIM", bytes(6))
    return _chunk(b"RIFF", b"WEBP", head, body)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def make_apng(frames: int) -> bytes:
    """Return an animated PNG of one grey pixel."""
    pixel = zlib.compress(b"\0\x80")

    def control(sequence: int) -> bytes:
        return _png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", sequence, 1, 1, 0, 0, 1, 100, 0, 0))

    first = control(0) + _png_chunk(b"IDAT", pixel)
    others = (
        control(2 * number - 1) + _png_chunk(b"fdAT", struct.pack(">I", 2 * number) + pixel)
        for number in range(1, frames)
    )
    head = _png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    count = _png_chunk(b"acTL", struct.pack(">II", frames, 0))
    return b"\x89PNG\r\n\x1a\n" + head + count + first + b"".join(others) + _png_chunk(b"IEND", b"")


def make_png(side: int, colour: int, bits: int) -> bytes:
    """Return a square PNG of zeros. `colour`: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(1)
    row = bytes(1 + side * samples * bits // 8)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    palette = [_png_chunk(b"PLTE", bytes(3)), _png_chunk(b"tRNS", b"\0")] if colour == 3 else []
    head = _png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join([head, *palette, _png_chunk(b"IDAT", rows), _png_chunk(b"IEND", b"")])


def make_tiff(*, strips: int = 1, next_at: int = 0) -> bytes:
    """Return a grey TIFF of one pixel that claims so many strips, and whose next directory is there; 8: itself."""
    pixel_at = 8 + 2 + 12 * 8 + 4
    values = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, pixel_at), (278, 1), (279, 1)]
    entries = b"".join(struct.pack("<HHII", tag, 4, strips if tag in (273, 279) else 1, value) for tag, value in values)
    return b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + struct.pack("<I", next_at) + b"\x80"
