"""`kill -9` of the command at random moments: each run resumes, and no stored part is sent again."""

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import sha256_of_file
from tests.cli.command import MIB, Command, until
from tests.e2e.weak_line import WeakLine

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

# By hand, now and then: KILLED_UPLOAD_MIB=1024 make test ARGS="tests/cli/test_killed.py"
SIZE = int(os.environ.get("KILLED_UPLOAD_MIB", "160")) * MIB
KILLS = 20
PART = 16 * MIB
# So many parts a run, at most: in twenty runs, most of the file.
FURTHEST = max(1.4 * PART, 1.4 * SIZE / KILLS)


def stored_parts(moodrop: Command) -> set[int]:
    """Return the stored parts of the only upload; none before it starts."""
    uploads = moodrop("status", "--json").rows
    assert len(uploads) <= 1, uploads
    return {part["part_number"] for upload in uploads for part in upload["stored_parts"] or ()}


def parts_sent(line: WeakLine) -> list[int]:
    matches = (re.match(r"PUT .*[?&]partNumber=(\d+)", request) for request in line.requests)
    return [int(match[1]) for match in matches if match]


def test_twenty_kills_cost_no_stored_part(moodrop: Command, a_file: Callable[..., Path], line: WeakLine) -> None:
    """Each kill comes after a number of sent bytes, from none to more than a part."""
    film, chance = a_file("film.mp4", SIZE), random.Random(6)
    seen = set[int]()
    for _ in range(KILLS):
        line.requests.clear()
        line.hold_after(int(chance.uniform(1, FURTHEST)))
        running = moodrop.start("upload", "film.mp4", "--parallel", 1 + (SIZE > 512 * MIB))
        until(lambda: line.is_blocked)
        running.kill()
        running.communicate(timeout=60)
        line.restore()

        assert seen.isdisjoint(parts_sent(line))
        now = stored_parts(moodrop)
        assert seen <= now
        seen = now
    assert 0 < len(seen) < SIZE // PART, "kills came when parts were stored, and before all were"

    line.requests.clear()
    ran = moodrop("upload", "film.mp4")
    assert 0 == ran.code, ran.err

    assert sorted(set(range(1, SIZE // PART + 1)) - seen) == sorted(parts_sent(line))
    moodrop("get", ran.lines[0].split("\t")[0], "-o", "there")
    assert sha256_of_file(film) == sha256_of_file(moodrop.home / "there" / "film.mp4")
    assert [] == moodrop("status").lines
