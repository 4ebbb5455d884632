"""Nobody can fill the log."""

from service.shared.log_quota import LogQuota


def test_a_flood_of_lines_is_counted_and_not_written() -> None:
    """The first lines show what it is."""
    quota = LogQuota(lines=3, seconds=60)

    assert [quota.take() for _ in range(1000)] == ["", "", "", *[None] * 997]


def test_after_a_while_lines_are_written_again() -> None:
    """The first one reports how many were omitted."""
    at = [0.0]
    quota = LogQuota(lines=1, seconds=60, now=lambda: at[0])
    assert [quota.take() for _ in range(5)] == ["", None, None, None, None]

    at[0] = 60.0
    assert quota.take() == " (4 more before it)"
    at[0] = 120.0
    assert quota.take() == ""
