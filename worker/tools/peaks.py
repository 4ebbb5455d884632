"""Turns PCM (mono, 8 kHz, 16 bits, little-endian) into the waveform that a page draws.

Usage: peaks.py PCM OUT_FOLDER
Writes `peaks.json`, gzipped: audiowaveform's JSON, version 2. Prints JSON: `peaks`, the name of the file, `points`,
`duration_seconds`, and `waveform`, the same in 36 bytes. Exit code 3: nothing was made, and the JSON is `reason` and
`detail`.
https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
"""

import array
import base64
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

SAMPLE_RATE = 8000
POINTS_PER_SECOND = 50
MOST_POINTS = 60_000  # those of 20 minutes; longer audio has fewer per second
STRETCHES = 36  # of the small waveform; in step with service/media/model.py
REFUSED = 3


def main(source: str, out: str) -> int:
    pcm = Path(source)
    samples = pcm.stat().st_size // 2
    if samples == 0:
        print(json.dumps({"reason": "not_media", "detail": "no sound"}))
        return REFUSED
    # As few samples a point as the limit on points allows.
    per_point = max(SAMPLE_RATE // POINTS_PER_SECOND, -(-samples // MOST_POINTS))
    data = list(peaks_of(pcm, samples, per_point))
    head = {"version": 2, "channels": 1, "sample_rate": SAMPLE_RATE, "samples_per_pixel": per_point, "bits": 8}
    waveform = json.dumps({**head, "length": len(data) // 2, "data": data}, separators=(",", ":"))
    # Without a time in it, the same audio gives the same bytes.
    Path(out, "peaks.json").write_bytes(gzip.compress(waveform.encode(), mtime=0))
    seconds = round(samples / SAMPLE_RATE, 3)
    made = {"peaks": "peaks.json", "points": len(data) // 2, "duration_seconds": seconds, "waveform": in_small(data)}
    print(json.dumps(made))
    return 0


def peaks_of(pcm: Path, samples: int, per_point: int) -> Iterator[int]:
    """Yield the least and the greatest sample of each point, as 8 bits."""
    with pcm.open("rb") as file:
        for start in range(0, samples, per_point):
            part = array.array("h")
            part.frombytes(file.read(2 * min(per_point, samples - start)))
            if sys.byteorder == "big":
                part.byteswap()
            yield min(part) // 256
            yield max(part) // 256


def in_small(data: Sequence[int]) -> str:
    """Return how loud each of 36 stretches of equal length is, a byte each, in base64; the loudest is 255.

    By the mean of its points and not by its highest: one drum would make every stretch the same.
    """
    heights = [high - low for low, high in zip(data[::2], data[1::2], strict=True)]
    means = [fmean(stretch) for stretch in split(heights)]
    loudest = max(means) or 1  # silence is all zeros
    return base64.b64encode(bytes(round(255 * mean / loudest) for mean in means)).decode()


def split(heights: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield 36 stretches; those of a sound with fewer points share some."""
    for number in range(STRETCHES):
        start = number * len(heights) // STRETCHES
        yield heights[start : max(start + 1, (number + 1) * len(heights) // STRETCHES)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
