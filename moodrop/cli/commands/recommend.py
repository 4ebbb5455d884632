"""The command `recommend`."""

from typing import Annotated

import typer

from moodrop import Why
from moodrop.cli.durations import duration_text
from moodrop.cli.options import Json
from moodrop.cli.profile import connect
from moodrop.cli.report import Report

# A newer service may have more reasons; they show as their codes.
REASONS = {
    "because_you_played": "others play it with what you played",
    "popular_in_mood": "popular in this mood",
    "often_in_mood": "you play it often",
    "not_heard_lately": "not heard lately",
    "new_here": "new",
}


def recommend(
    mood: Annotated[str | None, typer.Option(help="One of the service's moods.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Only files in that mood.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many at most.")] = 12,
    as_json: Json = False,
) -> None:
    """Say what you may want to hear now, and why.

    Columns: file id, reason, length, title or name.
    """
    report = Report(as_json=as_json)
    with connect() as client:
        for row in client.recommender().recommend(mood, strict=strict, limit=limit).recommendations:
            file = row.file
            length = duration_text(file.duration_seconds)
            report.result(row, file.file_id, _reason(row.why), length, file.title or file.filename)


def _reason(why: Why) -> str:
    words = REASONS.get(why.code, why.code)
    details = [f"{why.count} times" if why.count else "", f"{why.days} days" if why.days else ""]
    return ", ".join([words, *filter(None, details)])
