"""The sizes that a film is encoded in."""

import pytest

from worker.ffmpeg.ladder import RATES, plan_rungs

LADDER = (720, 240, 480)


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((1920, 1080), {"240": (426, 240), "480": (854, 480), "720": (1280, 720)}),
        ((1080, 1920), {"240": (240, 426), "480": (480, 854), "720": (720, 1280)}),
        ((640, 480), {"240": (320, 240), "480": (640, 480)}),
        ((853, 479), {"240": (428, 240)}),
        ((100, 75), {"240": (100, 76)}),
        ((3, 1), {"240": (4, 2)}),
        ((8192, 240), {"240": (8192, 240)}),
    ],
)
def test_no_rung_is_above_the_film_and_there_is_one(size: tuple[int, int], rungs: dict[str, tuple[int, int]]) -> None:
    """Upright films count by their width. All sides are even."""
    assert {rung.name: (rung.width, rung.height) for rung in plan_rungs(*size, LADDER)} == rungs


def test_larger_rungs_have_more_bits_and_a_peak_above_their_mean() -> None:
    """Otherwise players that change to a larger one gain nothing."""
    rungs = plan_rungs(1920, 1080, tuple(RATES))

    assert [rung.name for rung in rungs] == ["240", "360", "480", "720", "1080"]
    assert [rung.mean_kbps for rung in rungs] == sorted(rung.mean_kbps for rung in rungs)
    assert all(rung.peak_kbps > rung.mean_kbps for rung in rungs)
