"""Reads the ids of a command line."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Literal

from moodrop.cli.failures import CommandError
from moodrop.cli.report import Report

ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
SHOWN_BY = {"file": "moodrop ls", "upload": "moodrop status"}


def ids_of(words: Iterable[str], report: Report, kind: Literal["file", "upload"] = "file") -> Iterator[str]:
    """Yield the ids, and report words that cannot be one. `-` means the first word of each line of a pipe."""
    for word in _words(words):
        if ID.fullmatch(word):
            yield word
        else:
            report.failed("", CommandError(_explanation(word, kind)))


def _words(arguments: Iterable[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            yield from (line.split()[0] for line in sys.stdin if line.strip())
        else:
            yield argument


def _explanation(word: str, kind: str) -> str:
    shown = word if len(word) <= 40 else f"{word[:40]}…"
    return (
        f'"{shown}" is not the id of a{"n" if kind == "upload" else ""} {kind}. Ids have 26 characters, such as '
        f"01M8HVZZZPS43BHXZY4CJE6NNW: see `{SHOWN_BY[kind]}`"
    )
