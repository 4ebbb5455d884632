"""A row of the bench: something of ours, a baseline measured in the same run, and the promised ratio."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

Unit = Literal["s", "B", "/s", "B/s", ""]  # the last: a number without a unit


@dataclass(frozen=True, slots=True)
class Samples:
    """The measurements of all rounds. Each round measures both, so a slow moment of the machine affects both."""

    unit: Unit
    baseline: list[float]
    ours: list[float]


@dataclass(frozen=True, slots=True)
class Reach:
    """The promised ratio: how it is computed, and on which side of the limit it has to be."""

    limit: float
    sign: Literal["≥", "≤"]
    upside_down: bool  # the ratio is baseline / ours, else ours / baseline
    unit: str

    @classmethod
    def times_faster(cls, limit: float) -> Self:
        """Promise that ours takes at most 1/`limit` of the baseline's time."""
        return cls(limit, "≥", upside_down=True, unit=" times faster")

    @classmethod
    def at_most(cls, limit: float) -> Self:
        """Promise that ours takes at most `limit` times as much as the baseline, for instance time or memory."""
        return cls(limit, "≤", upside_down=False, unit=" times")

    @classmethod
    def at_least(cls, limit: float) -> Self:
        """Promise that ours reaches at least `limit` times the baseline, for instance requests per second."""
        return cls(limit, "≥", upside_down=False, unit=" times")

    def holds(self, ratio: float) -> bool:
        return ratio >= self.limit if self.sign == "≥" else ratio <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    against: str
    reach: Reach | None  # None if nothing is promised: the figure explains other rows
    measure: Callable[[], Samples]

    def run(self) -> "Result":
        samples = self.measure()
        low, ratio, high = statistics.quantiles(self._ratios(samples), n=4, method="inclusive")
        return Result(
            self,
            unit=samples.unit,
            baseline=statistics.median(samples.baseline),
            ours=statistics.median(samples.ours),
            ratio=ratio,
            spread=(low, high),
        )

    def _ratios(self, samples: Samples) -> list[float]:
        upside_down = self.reach is not None and self.reach.upside_down
        pairs = zip(samples.baseline, samples.ours, strict=True)
        return [baseline / ours if upside_down else ours / baseline for baseline, ours in pairs]


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds; `spread` is the interquartile range of the ratios."""

    row: Row
    unit: Unit
    baseline: float
    ours: float
    ratio: float
    spread: tuple[float, float]

    @property
    def passed(self) -> bool | None:
        """Whether the promise is met; None if there is none."""
        return None if self.row.reach is None else self.row.reach.holds(self.ratio)
