"""Makes thumbnails of a picture: upright, sRGB, without any metadata, of its first frame.

Usage: thumbnails.py PICTURE OUT_FOLDER
Prints JSON: `thumbnails` (names of the files, narrowest first), `width` and `height` of the whole picture as shown,
`has_alpha`, `blurhash`. Exit code 3: nothing was made, and the JSON is `reason` and `detail`.
"""

import io
import json
import sys
import warnings
from math import ceil
from pathlib import Path

import blurhash
import pillow_heif
from PIL import Image, ImageCms

WIDTHS = (96, 320, 1280)
REFUSED = 3
# A quarter of a gigabyte as RGBA. Pillow warns above, and refuses twice as many; here both are errors.
MOST_PIXELS = 50_000_000
# Those that browsers and cameras make. Pillow reads many more, which nobody needs, and each is code to attack.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
WEBP_LIMIT = 16383  # pixels a side; beyond it JPEG, whose limit is 65535
JPEG_LIMIT = 65000
QUALITY = 75
BLURHASH_SIDE = 32
ORIENTATION = 0x0112  # of EXIF
# How each orientation is put upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = {TURNS[orientation] for orientation in (5, 6, 7, 8)}
WHITE = (255, 255, 255)


def main(source: str, out: str) -> int:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    pillow_heif.register_heif_opener()
    try:
        size, picture = read_picture(source)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        return refuse("too_large", error)
    except MemoryError as error:
        return refuse("out_of_memory", error)
    except Exception as error:  # noqa: BLE001 - each decoder has exceptions of its own for bytes that it cannot read
        return refuse("not_media", error)
    made = {"thumbnails": write_thumbnails(picture, Path(out)), "width": size[0], "height": size[1]}
    print(json.dumps({**made, "has_alpha": picture.mode == "RGBA", "blurhash": blurhash_of(picture)}))
    return 0


def refuse(reason: str, error: BaseException) -> int:
    print(json.dumps({"reason": reason, "detail": f"{type(error).__name__}: {error}"}))
    return REFUSED


def read_picture(source: str) -> tuple[tuple[int, int], Image.Image]:
    """Return the size of the picture as shown, and the picture as RGB or RGBA, at most as large as needed here."""
    with Image.open(source, formats=FORMATS) as opened:
        turn = TURNS.get(opened.getexif().get(ORIENTATION, 1))
        lies = turn in LYING
        width, height = reversed(opened.size) if lies else opened.size
        largest = size_within(width, height, WIDTHS[-1])
        target = (largest[1], largest[0]) if lies else largest
        # A JPEG is decoded at a half, a quarter or an eighth of its size if that is enough.
        opened.draft("RGB", target)
        opened.load()
        profile = opened.info.get("icc_profile")
        # Only the small picture is turned and converted: each step on the large one would hold it once more.
        small = to_rgb(opened).resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    upright = small if turn is None else small.transpose(turn)
    return (width, height), drop_unused_alpha(to_srgb(upright, profile))


def size_within(width: int, height: int, most: int) -> tuple[int, int]:
    """Return the size of the picture at that width, or at its own if that is less, as high as JPEG allows."""
    scale = min(1, most / width, JPEG_LIMIT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def to_rgb(picture: Image.Image) -> Image.Image:
    """Convert any mode to RGB or RGBA."""
    if picture.mode.startswith(("I", "F")):  # 16 bits of grey
        picture = picture.convert("F").point(lambda value: value / 256).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert the colours to sRGB, because the profile is dropped. Colours of a broken profile stay as they are."""
    if profile is None:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def drop_unused_alpha(picture: Image.Image) -> Image.Image:
    """Return a picture that carries nothing but its pixels, with an alpha channel only if it shows."""
    is_opaque = picture.mode != "RGBA" or picture.getchannel("A").getextrema()[0] == 255
    mode = "RGB" if is_opaque else "RGBA"
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    return clean


def write_thumbnails(picture: Image.Image, out: Path) -> list[str]:
    """Write the picture in each width up to its own, the last one at its own; return the names."""
    wider = [width for width in WIDTHS if width >= picture.width]
    widths = [width for width in WIDTHS if width < picture.width] + wider[:1]
    is_webp = max(picture.size) <= WEBP_LIMIT
    names = []
    for width in widths:
        small = picture.resize(size_within(*picture.size, width), Image.Resampling.LANCZOS, reducing_gap=3.0)
        names.append(f"{width}.webp" if is_webp else f"{width}.jpg")
        if is_webp:
            small.save(out / names[-1], "WEBP", quality=QUALITY, method=4)
        else:
            on_white(small).save(out / names[-1], "JPEG", quality=QUALITY)
    return names


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, WHITE)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def blurhash_of(picture: Image.Image) -> str:
    """Return the BlurHash of four by three components, upright for upright pictures: 28 characters."""
    scale = BLURHASH_SIDE / max(picture.size)
    size = max(1, ceil(picture.width * scale)), max(1, ceil(picture.height * scale))
    small = on_white(picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))
    pixels = list(small.get_flattened_data())
    rows = [pixels[row * small.width : (row + 1) * small.width] for row in range(small.height)]
    across, down = (4, 3) if picture.width >= picture.height else (3, 4)
    encoded: str = blurhash.encode(rows, components_x=across, components_y=down)
    return encoded


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
