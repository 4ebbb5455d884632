"""Pictures and documents that tests make: sound ones, and ones made to harm whoever reads them."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825
# A place that can be searched for: as text in XMP, as rationals in EXIF.
PLACE = {1: "N", 2: (48.0, 8.0, 13.5), 3: "E", 4: (11.0, 34.0, 31.25)}

# A page with a clip and a path that pdfium computes for very long.
ENDLESS = (
    b"0 0 595 842 re W n 0 0 m " + b"595 842 l 0 842 l 595 0 l " * 20_000 + b"f* " + b"q 1 1 500 500 re S Q " * 400_000
)


def make_photo(size: tuple[int, int], orientation: int = 1) -> Image.Exif:
    """Return EXIF with a position and an orientation, to save a picture with."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010E] = "a secret description"
    exif.get_ifd(GPS).update(PLACE)
    return exif


def make_png_bomb(side: int) -> bytes:
    """Return a PNG of side times side grey pixels: some kilobytes that become hundreds of megabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side + 1) * side), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def make_gif(frames: int) -> bytes:
    """Return a GIF of that many frames of one pixel, 20 bytes each."""
    head = b"GIF89a\x02\x00\x02\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff"
    frame = b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def make_pdf(
    *,
    media_box: str = "0 0 595 842",
    content: bytes = b"1 0 0 rg 50 50 200 200 re f",
    pages: int = 1,
    is_encrypted: bool = False,
    kids: str | None = None,
    unpacked_bytes: int = 0,
    page_entries: str = "",
    stream_entries: str = "",
) -> bytes:
    """Return a PDF. `unpacked_bytes`: its content is that many blanks, packed, after `content`.

    The entries are added to the dictionary of the page, and of its content.
    """
    packed = zlib.compressobj(9)
    stream = packed.compress(content) + packed.flush(zlib.Z_FULL_FLUSH) + _blanks(unpacked_bytes) + packed.flush()
    names = kids or " ".join(["3 0 R"] * pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{names}] /Count {pages} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{media_box}] /Contents 4 0 R {page_entries} >>".encode(),
        f"<< /Length {len(stream)} /Filter /FlateDecode {stream_entries} >>\nstream\n".encode()
        + stream
        + b"\nendstream",
        # No password fits random keys, so everyone is asked for one.
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"ab" * 32 + b"> /U <" + b"cd" * 32 + b"> >>",
    ]
    file = io.BytesIO()
    file.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(file.tell())
        file.write(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
    start = file.tell()
    file.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    file.writelines(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    encryption = " /Encrypt 5 0 R /ID [<00> <00>]" if is_encrypted else ""
    file.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{encryption} >>\nstartxref\n{start}\n%%EOF".encode())
    return file.getvalue()


def _blanks(count: int) -> bytes:
    """Return that many blanks, packed: one piece over and over, which stands alone after a full flush."""
    piece = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return (piece.compress(b" " * (1 << 20)) + piece.flush(zlib.Z_FULL_FLUSH)) * (count >> 20)


def read_all(folder: Path) -> bytes:
    """Return the bytes of every file below a folder, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def a_photo(width: int = 800) -> bytes:
    """A photo on its side, red above blue as shown, with the place where it was taken."""
    size = (width, width * 3 // 4)
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (0, 0, width // 2, size[1]))
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=make_photo(size, orientation=6))
    return file.getvalue()
