"""Chooses the sizes that a film is encoded in."""

from collections.abc import Sequence
from dataclasses import dataclass

# Mean and peak kb/s of H.264, by the shorter side in pixels.
RATES = {240: (300, 360), 360: (500, 600), 480: (900, 1080), 720: (2200, 2640), 1080: (4500, 5400)}


@dataclass(frozen=True)
class Rung:
    """One rendition of a film, named by its shorter side: an upright film of 720 by 1280 is a 720 too."""

    name: str
    width: int
    height: int
    mean_kbps: int
    peak_kbps: int


def plan_rungs(width: int, height: int, ladder: Sequence[int]) -> tuple[Rung, ...]:
    """Return the rungs for a film of that size as shown, the smallest first: none above it, and at least one.

    `ladder` names some of RATES, in any order.
    """
    side = min(width, height)
    sides = [rung for rung in sorted(ladder) if rung <= side] or [min(ladder)]
    return tuple(_rung(rung, width, height) for rung in sides)


def _rung(side: int, width: int, height: int) -> Rung:
    scale = min(1, side / min(width, height))
    return Rung(str(side), _even(width * scale), _even(height * scale), *RATES[side])


def _even(pixels: float) -> int:
    """Return the nearest even number: 4:2:0 halves both sides."""
    return max(2, 2 * round(pixels / 2))
