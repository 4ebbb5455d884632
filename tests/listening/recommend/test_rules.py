"""What one person's history alone says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.listening.recommend.model import Candidate, Heard
from service.listening.recommend.rules import OWN, rate, rate_own

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FILES = [f"{number:026d}" for number in range(9)]
TIMES = st.integers(-3600, 400 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))
HEARD = st.lists(
    st.builds(Heard, st.sampled_from(FILES[:6]), st.integers(1, 10_000), TIMES, st.floats(0, 1)),
    unique_by=lambda one: one.file_id,
)


def heard(number: int, *, count: int = 4, days: float = 30, share: float = 1.0) -> Heard:
    return Heard(FILES[number], count, NOW - timedelta(days=days), share)


def best(candidates: list[Candidate]) -> list[str]:
    return [one.file_id for one in sorted(candidates, key=lambda one: -one.score)]


@given(HEARD, st.lists(st.sampled_from(FILES[6:]), unique=True))
def test_each_file_has_a_score_within_bounds_and_a_reason(history: list[Heard], unheard: list[str]) -> None:
    candidates = rate_own(history, unheard, NOW)
    assert [one.file_id for one in candidates] == [*(one.file_id for one in history), *unheard]
    assert all(0 <= one.score <= OWN for one in candidates)
    for one in candidates:
        match one.why.code:
            case "often_in_mood":
                assert one.why.count is not None
                assert one.why.days is None
            case "not_heard_lately":
                assert one.why.days is not None
                assert one.why.days >= 0
            case code:
                assert code == "new_here"
                assert one.file_id in unheard


def test_a_file_heard_more_often_longer_ago_or_to_its_end_rates_higher() -> None:
    usual = rate(heard(0), NOW)
    assert rate(heard(0, count=5), NOW) > usual
    assert rate(heard(0, days=7), NOW) < usual
    assert rate(heard(0, share=0.5), NOW) < usual
    assert rate(heard(0, days=400), NOW) == usual
    assert rate(heard(0, days=-1), NOW) == 0  # of a clock that is ahead


def test_unheard_files_stand_between_those_heard_newest_first() -> None:
    history = [heard(0), heard(1, days=10), heard(2, days=1)]
    assert best(rate_own(history, FILES[6:8], NOW)) == [FILES[0], FILES[1], FILES[6], FILES[7], FILES[2]]


def test_reasons_say_how_often_or_how_long_ago() -> None:
    often, rare, long_ago = rate_own([heard(0, days=3), heard(1, count=2, days=3), heard(2, days=20)], [], NOW)
    assert (often.why.code, often.why.count) == ("often_in_mood", 4)
    assert (rare.why.code, rare.why.days) == ("not_heard_lately", 3)
    assert (long_ago.why.code, long_ago.why.days) == ("not_heard_lately", 20)
