"""The tools, in the sandbox: thumbnails, first pages and waveforms."""

import array
import base64
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageCms

from service.media.model import WAVEFORM, WIDTHS, PictureResult
from tests.helpers.ffmpeg import make_media
from tests.helpers.landlock import needs_landlock
from tests.helpers.made_files import make_pdf, make_photo, read_all
from worker.ffmpeg import arguments
from worker.ffmpeg.locate import Ffmpeg
from worker.ffmpeg.parse_loudness import parse_loudness
from worker.job.errors import JobFailed
from worker.kinds.ffmpeg_runs import publish_rendition
from worker.kinds.pictures import Thumbnails
from worker.kinds.tool_output import read_output as read_checked
from worker.limits import PICTURE, media_limits
from worker.outcome import Outcome, Usage
from worker.programs import python_tool
from worker.sandbox import run
from worker.tool_output import ToolRefused, read_output

pytestmark = [pytest.mark.real, needs_landlock]
RunTool = Callable[..., dict[str, Any]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def run_tool(tmp_path: Path, out: Path) -> RunTool:
    """Run a tool on bytes or a file; its answer, or ToolRefused."""

    def run_one(tool: str, source: bytes | Path) -> dict[str, Any]:
        path = source if isinstance(source, Path) else tmp_path / "in"
        if isinstance(source, bytes):
            path.write_bytes(source)
        return dict(read_output(run(python_tool(tool, path, out), read=[path], out=out, limits=PICTURE)))

    return run_one


def encode(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def halves(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new(mode, size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    return picture


def read_picture(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def colour_of(path: Path, x: int, y: int) -> tuple[int, ...]:
    pixel = read_picture(path).convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def main_colour(path: Path, x: int, y: int) -> str:
    pixel = colour_of(path, x, y)
    return ("red", "green", "blue")[pixel.index(max(pixel))]


def sizes_of(out: Path) -> dict[str, tuple[int, int]]:
    return {path.name: read_picture(path).size for path in sorted(out.iterdir())}


def test_a_photo_becomes_three_upright_pictures_without_metadata(run_tool: RunTool, out: Path) -> None:
    """Orientation 6: the camera was turned, so the left half of the sensor is on top. The position stays private."""
    exif = make_photo((1600, 1200), orientation=6)
    xmp = b"<x:xmpmeta>a secret description</x:xmpmeta>"
    source = encode(halves((1600, 1200)), "JPEG", quality=90, exif=exif, comment=b"a secret comment", xmp=xmp)
    assert b"secret" in source
    answer = run_tool("thumbnails", source)

    assert answer == {
        "thumbnails": ["96.webp", "320.webp", "1280.webp"],
        "width": 1200,
        "height": 1600,
        "has_alpha": False,
        "blurhash": answer["blurhash"],
    }
    assert sizes_of(out) == {"96.webp": (96, 128), "320.webp": (320, 427), "1280.webp": (1200, 1600)}
    assert [main_colour(out / "1280.webp", 600, y) for y in (100, 1500)] == ["red", "blue"]
    for name in answer["thumbnails"]:
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(read_picture(out / name).info)
    assert b"secret" not in read_all(out)


@pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, (640, 480)) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF")] + [("JPEG", (10, 17_000))],
)
def test_no_metadata_leaves_with_a_picture_of_any_kind(
    run_tool: RunTool, out: Path, kind: str, size: tuple[int, int]
) -> None:
    """Wherever its format keeps them; the highest one becomes JPEG, which could carry them on."""
    pillow_heif.register_heif_opener()
    exif = make_photo(size)
    source = encode(halves(size), kind, exif=exif if kind == "TIFF" else exif.tobytes())
    assert b"secret" in source

    names = run_tool("thumbnails", source)["thumbnails"]

    assert b"secret" not in read_all(out)
    for name in names:
        assert (name.endswith(".jpg"), dict(read_picture(out / name).getexif())) == (size[1] > 16_383, {})


@pytest.mark.parametrize("spoilt", [b"broken", b"II*\x00\xff\xff\xff\x7f", b"MM\x00*"])
def test_broken_exif_spoils_no_photo(run_tool: RunTool, out: Path, spoilt: bytes) -> None:
    """It is shown as it lies, as in browsers."""
    answer = run_tool("thumbnails", encode(halves((200, 100)), "JPEG", exif=b"Exif\x00\x00" + spoilt))

    assert (answer["width"], answer["height"]) == (200, 100)
    assert main_colour(out / "320.webp", 10, 50) == "red"


def test_an_answer_is_a_result(run_tool: RunTool) -> None:
    """But for the objects, which the store names."""
    answer = run_tool("thumbnails", encode(halves((400, 300)), "PNG"))
    stored = [
        {"name": name, "version_id": None, "size_bytes": 1, "content_type": "image/webp"}
        for name in answer["thumbnails"]
    ]

    assert PictureResult.model_validate({**answer, "thumbnails": stored}).width == 400


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((50, 30), {"96.webp": (50, 30)}),
        ((96, 96), {"96.webp": (96, 96)}),
        ((97, 10), {"320.webp": (97, 10), "96.webp": (96, 10)}),
        ((1281, 1), {"1280.webp": (1280, 1), "320.webp": (320, 1), "96.webp": (96, 1)}),
        ((1, 16384), {"96.jpg": (1, 16384)}),
        ((100, 100_000), {"320.jpg": (65, 65_000), "96.jpg": (65, 65_000)}),
    ],
)
def test_no_thumbnail_is_wider_than_the_picture(
    run_tool: RunTool, out: Path, size: tuple[int, int], sizes: dict[str, tuple[int, int]]
) -> None:
    """The last one is as wide as the picture. WebP ends at 16,383 pixels a side, JPEG at 65,535."""
    answer = run_tool("thumbnails", encode(Image.new("RGB", size, "red"), "PNG"))

    assert (answer["width"], answer["height"]) == size
    if size[1] < 70_000:
        assert sizes_of(out) == sizes
    assert {int(name.partition(".")[0]) for name in answer["thumbnails"]} <= set(WIDTHS)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_every_kind_that_browsers_and_cameras_make_is_read(run_tool: RunTool, kind: str) -> None:
    """HEIF is what iPhones take."""
    pillow_heif.register_heif_opener()

    assert run_tool("thumbnails", encode(halves((64, 48)), kind))["width"] == 64


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_pixels_is_read(run_tool: RunTool, out: Path, mode: str) -> None:
    """Mid-grey stays mid-grey, of 16 bits as well."""
    grey = (
        Image.new("I;16", (120, 90), 128 << 8)
        if mode == "I;16"
        else Image.new("RGB", (120, 90), "#808080").convert(mode)
    )
    answer = run_tool("thumbnails", encode(grey, "TIFF"))
    pixel = Image.open(out / "96.webp").convert("L").getpixel((48, 36))

    assert not answer["has_alpha"]
    assert mode == "1" or 120 < pixel < 136  # type: ignore[operator]


def test_transparency_is_kept_where_it_shows(run_tool: RunTool, out: Path) -> None:
    """An alpha channel that hides nothing is dropped, in the palette's form too."""
    glass = Image.new("RGBA", (120, 90), (255, 0, 0, 128))
    assert run_tool("thumbnails", encode(glass, "PNG"))["has_alpha"]
    assert read_picture(out / "96.webp").mode == "RGBA"

    palette = halves((120, 90)).quantize(2)
    assert run_tool("thumbnails", encode(palette, "PNG", transparency=0))["has_alpha"]
    assert not run_tool("thumbnails", encode(glass.convert("RGB").convert("RGBA"), "PNG"))["has_alpha"]


def test_colours_of_another_space_are_converted_before_their_profile_is_dropped(run_tool: RunTool, out: Path) -> None:
    """Otherwise those of phones, in Display P3, turn pale. Here the profile swaps red and blue, which shows."""
    orange = Image.new("RGB", (99, 99), (200, 90, 30))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")

    run_tool("thumbnails", encode(orange, "PNG", icc_profile=swapped))
    assert colour_of(out / "96.webp", 9, 9) == pytest.approx((30, 90, 200), abs=12)


def test_a_broken_profile_changes_no_colour(run_tool: RunTool, out: Path) -> None:
    """As browsers do."""
    run_tool("thumbnails", encode(Image.new("RGB", (99, 99), (200, 90, 30)), "PNG", icc_profile=b"broken"))

    assert colour_of(out / "96.webp", 9, 9) == pytest.approx((200, 90, 30), abs=12)


def test_of_an_animation_the_first_frame_is_taken(run_tool: RunTool, out: Path) -> None:
    """As a still."""
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    run_tool("thumbnails", encode(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert getattr(read_picture(out / "96.webp"), "n_frames", 1) == 1
    assert main_colour(out / "96.webp", 50, 50) == "red"


def test_a_page_is_1280_pixels_wide(run_tool: RunTool, out: Path) -> None:
    """In its own proportions, with the number of pages."""
    assert run_tool("first_page", make_pdf(pages=3)) == {"page": "page.png", "page_count": 3}
    assert read_picture(out / "page.png").size == (1280, 1812)
    assert main_colour(out / "page.png", 300, 1500) == "red"


@pytest.mark.parametrize(
    ("media_box", "size"),
    [("0 0 100 10000", (52, 5120)), ("0 0 14400 14400", (1280, 1280)), ("0 0 1 1", (1280, 1280))],
)
def test_a_page_of_any_size_becomes_a_picture(
    run_tool: RunTool, out: Path, media_box: str, size: tuple[int, int]
) -> None:
    """Five metres square, or a stamp."""
    run_tool("first_page", make_pdf(media_box=media_box))

    assert read_picture(out / "page.png").size == size


def test_a_document_with_a_password_is_encrypted(run_tool: RunTool) -> None:
    """It is sound, so it is not called broken."""
    with pytest.raises(ToolRefused) as refused:
        run_tool("first_page", make_pdf(is_encrypted=True))

    assert refused.value.reason == "encrypted"


def test_a_waveform_has_the_extremes_of_the_samples(run_tool: RunTool, out: Path) -> None:
    """In audiowaveform's JSON: 50 points a second, each the least and the greatest sample, as 8 bits."""
    samples = array.array("h", [0] * 4000 + [32767, -32768] + [-1] * 3998)
    answer = run_tool("peaks", samples.tobytes())
    packed = (out / "peaks.json").read_bytes()
    waveform = json.loads(gzip.decompress(packed))

    waveform_in_small = base64.b64decode(answer.pop("waveform"))
    assert (len(waveform_in_small), waveform_in_small[18], max(waveform_in_small[:17])) == (36, 255, 0)
    assert answer == {"peaks": "peaks.json", "points": 50, "duration_seconds": 1.0}
    data = waveform.pop("data")
    expected = {"version": 2, "channels": 1, "sample_rate": 8000, "samples_per_pixel": 160, "bits": 8, "length": 50}
    assert waveform == expected
    assert (max(data), min(data), data[:2]) == (127, -128, [0, 0])
    run_tool("peaks", samples.tobytes())
    assert (out / "peaks.json").read_bytes() == packed


def test_a_long_waveform_has_60000_points(run_tool: RunTool, tmp_path: Path, out: Path) -> None:
    """Of four hours it is then one of 240 ms."""
    pcm = tmp_path / "pcm"
    with pcm.open("wb") as file:
        file.truncate(2 * 8000 * 1201)
    answer = run_tool("peaks", pcm)

    assert 59_000 < answer["points"] <= 60_000
    assert answer["duration_seconds"] == 1201
    assert len((out / "peaks.json").read_bytes()) < 1000


SECOND = 8000


def in_small(run_tool: RunTool, *loudness: tuple[int, float]) -> list[int]:
    """Return the 36 bytes of a square wave that is so high for so many seconds."""
    samples = array.array("h")
    for height, seconds in loudness:
        samples.extend([height, -height] * int(seconds * SECOND / 2))
    answer = run_tool("peaks", samples.tobytes())
    return list(base64.b64decode(answer["waveform"], validate=True))


def test_a_small_waveform_is_how_loud_each_stretch_is_beside_the_loudest(run_tool: RunTool) -> None:
    """So a song that was mastered quietly has as much of a shape as a loud one."""
    assert in_small(run_tool, (8192, 6), (16384, 6), (4096, 6)) == [128] * 12 + [255] * 12 + [64] * 12
    assert in_small(run_tool, (256, 9), (512, 9)) == [128] * 18 + [255] * 18


def test_one_click_does_not_make_a_quiet_stretch_a_loud_one(run_tool: RunTool) -> None:
    """A long song would be all peaks otherwise."""
    quiet_with_a_click = [(512, 17.98), (32512, 0.02), (512, 18)]

    small = in_small(run_tool, *quiet_with_a_click, (32512, 36))

    assert small[18:] == [255] * 18
    assert max(small[:18]) < 20


@pytest.mark.parametrize("samples", [1, 2, 159, 160, 161, 36 * 160 - 1])
def test_a_sound_of_a_moment_has_a_whole_small_waveform(run_tool: RunTool, samples: int) -> None:
    """Although it has fewer points than stretches."""
    answer = run_tool("peaks", array.array("h", [30000, -30000] * samples)[:samples].tobytes())

    assert re.fullmatch(WAVEFORM, answer["waveform"])


def test_silence_is_all_zeros(run_tool: RunTool) -> None:
    """Though it has no loudest stretch."""
    assert in_small(run_tool, (0, 2)) == [0] * 36


def test_no_sound_has_no_waveform(run_tool: RunTool) -> None:
    """A file of headers alone."""
    with pytest.raises(ToolRefused) as refused:
        run_tool("peaks", b"")

    assert refused.value.reason == "not_media"


def test_a_tone_of_23_lufs_below_full_scale_is_measured_so(
    run_tool: RunTool, ffmpeg: Ffmpeg, tmp_path: Path, out: Path
) -> None:
    """EBU Tech 3341: a stereo sine of 1 kHz at -23 dBFS. Its peak is that of the samples, also with a rendition."""
    # The source's own amplitude is an eighth: -18.06 dBFS.
    stereo = "pan=stereo|c0=c0|c1=c0,volume=-4.94dB"
    tone = make_media(ffmpeg, tmp_path / "tone.wav", "-f", "lavfi", "-i", "sine=1000:r=48000:d=20", "-af", stereo)
    command = arguments.decode_audio(str(ffmpeg.ffmpeg), str(tone), rendition=True)
    outcome = run(command, read=[tone], out=out, limits=media_limits(20))
    answer = run_tool("peaks", out / arguments.PCM)
    loudness = parse_loudness(outcome.stderr)

    assert outcome.reason is None, outcome.detail
    assert loudness is not None
    assert loudness.integrated_lufs == pytest.approx(-23, abs=0.5)
    assert loudness.true_peak_dbfs == pytest.approx(-23, abs=0.5)
    assert answer["duration_seconds"] == pytest.approx(20, abs=0.1)
    highest = max(array.array("h", (out / arguments.PCM).read_bytes()))
    data = json.loads(gzip.decompress((out / "peaks.json").read_bytes()))["data"]
    assert max(data) == highest // 256 > 0


USAGE = Usage(0, 0, 0)


@pytest.mark.parametrize(
    "names", [[], ["96.html"], ["97.webp"], ["picture"], ["96.webp"] * 4, [f"{number}.webp" for number in range(9999)]]
)
def test_a_tool_stores_no_more_than_a_picture_has_widths(names: list[str]) -> None:
    """Each name is a request to the store, before the whole is checked as a result."""
    answer = {"thumbnails": names, "width": 9, "height": 9, "has_alpha": False, "blurhash": "LEHV6nWB2yk8"}

    with pytest.raises(JobFailed, match="crashed"):
        read_checked(Outcome(0, None, json.dumps(answer).encode(), "", USAGE), Thumbnails)


def test_a_playlist_of_gigabytes_is_not_read(out: Path) -> None:
    """ffmpeg wrote it after reading hostile bytes."""
    with (out / "audio.m3u8").open("w") as file:
        file.write("#EXTM3U\n")
        file.truncate(64 << 30)
    tools: Any = SimpleNamespace(out=out)

    with pytest.raises(JobFailed, match="incomplete playlist"):
        publish_rendition(tools, "audio", "audio/mp4")


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome(0, None, b"", "", USAGE), "crashed"),
        (Outcome(0, None, b"[1]", "", USAGE), "crashed"),
        (Outcome(3, "crashed", b'{"reason": "made up"}', "", USAGE), "crashed"),
        (Outcome(3, "crashed", b'{"reason": "too_large"}', "", USAGE), "too_large"),
        (Outcome(3, "timeout", b"[" * 100_000, "", USAGE), "timeout"),
    ],
)
def test_what_a_tool_answers_is_not_trusted(outcome: Outcome, reason: str) -> None:
    """It has read hostile bytes."""
    with pytest.raises(ToolRefused) as refused:
        read_output(outcome)

    assert refused.value.reason == reason
