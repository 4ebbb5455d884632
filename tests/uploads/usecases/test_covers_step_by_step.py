"""Covers with a crash, or another caller, between any two steps."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from service.ports import Ports
from service.shared.errors import Unavailable
from service.uploads.errors import FileDeleted, FileNotFound, UploadAborted
from service.uploads.model import Upload
from service.uploads.usecases.covers import find_cover, remove_cover
from service.uploads.usecases.files.delete import delete_file
from service.uploads.usecases.files.edit import edit_file
from service.uploads.usecases.upkeep.sweep import sweep
from tests.builders import ALICE, OTHER_PICTURE, PICTURE, a_covered_file, a_file, a_sent_cover, later
from tests.conftest import Clock
from tests.helpers.covers import LONG_AFTER, a_cover_in_parts, confirm, cover_of, files, whole
from tests.helpers.faults import Interruption, each_fault, with_fault


@dataclass(frozen=True)
class Step:
    """One client call: the state before it, the call, and each song's cover after it."""

    before: Callable[[Ports], Upload]
    call: Callable[[Ports, Upload], object]
    expected: list[bytes | None]
    as_well: tuple[list[bytes | None], ...] = ()  # if it broke off and nobody repeats it


def a_first_cover(ports: Ports) -> Upload:
    return a_sent_cover(ports, a_file(ports), OTHER_PICTURE)


def a_second_cover(ports: Ports) -> Upload:
    """Send a new cover for a song that has one, where no sweep has anything left to do."""
    song = a_covered_file(ports)
    sweep(later(ports, seconds=LONG_AFTER))
    assert list(ports.records.due(ports.now() + timedelta(seconds=LONG_AFTER), 9)) == []
    return a_sent_cover(ports, song, OTHER_PICTURE)


def delete_the_song(ports: Ports, cover: Upload) -> None:
    delete_file(ports, ALICE, str(cover.cover_of))


def take_it_away(ports: Ports, cover: Upload) -> None:
    remove_cover(ports, ALICE, str(cover.cover_of))


STEPS = {
    "confirm the first": Step(a_first_cover, confirm, [OTHER_PICTURE]),
    "confirm the second": Step(a_second_cover, confirm, [OTHER_PICTURE]),
    "confirm one in parts": Step(a_cover_in_parts, confirm, [PICTURE]),
    "take it away": Step(a_second_cover, take_it_away, [None], ([OTHER_PICTURE], [PICTURE])),
    "delete the song": Step(a_second_cover, delete_the_song, [], ([OTHER_PICTURE],)),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("is_repeated", [True, False], ids=["repeated", "left to the sweeper"])
def test_a_crash_is_mended(make_ports: Callable[[], tuple[Ports, Clock]], name: str, is_repeated: bool) -> None:
    """By repeating the call or by the sweep alone: the call took effect, or a sent cover was confirmed."""
    step, tried = STEPS[name], 0
    for fault in each_fault(80):
        ports, clock = make_ports()
        upload = step.before(ports)
        clock.pass_(1)
        try:
            step.call(with_fault(ports, fault), upload)
        except Unavailable:
            tried += 1
            clock.pass_(100)  # the dead confirm's lease has expired
            if is_repeated:
                step.call(ports, upload)
                assert [cover_of(ports, file) for file in files(ports)] == step.expected, fault

        bodies = whole(ports, clock)

        # A call that never arrived: the sweeper confirms what was sent, as if nobody had called.
        assert bodies in ([step.expected] if is_repeated else [step.expected, *step.as_well]), fault
    assert tried >= 8


NEWER = b"\xff\xd8\xff newer than both"


def set_another(ports: Ports, _: Upload) -> None:
    confirm(ports, a_sent_cover(ports, files(ports)[0], NEWER))


def edit(ports: Ports, cover: Upload) -> None:
    edit_file(ports, ALICE, str(cover.cover_of), {"title": "New"})


def sweep_much_later(ports: Ports, _: Upload) -> None:
    sweep(later(ports, seconds=LONG_AFTER))


# What another caller does meanwhile, and the covers that the song may finally have.
ACTS: dict[str, tuple[Callable[[Ports, Upload], object], list[list[bytes | None]]]] = {
    "a newer cover": (set_another, [[NEWER]]),
    "the song is deleted": (delete_the_song, [[]]),
    "the cover is taken away": (take_it_away, [[None], [OTHER_PICTURE]]),
    "the same confirm": (confirm, [[OTHER_PICTURE]]),
    "an edit": (edit, [[OTHER_PICTURE]]),
    "a sweep, much later": (sweep_much_later, [[OTHER_PICTURE]]),
}


def nothing_dangles(ports: Ports) -> None:
    """Check, without a sweep, that each file's cover is stored, and that a deleted song has left no bytes."""
    for file in files(ports):
        assert file.cover_id is None or find_cover(ports, file)
    assert files(ports) or ports.objects.keys() == []


@pytest.mark.parametrize("before", [a_first_cover, a_second_cover])
@pytest.mark.parametrize("name", ACTS)
def test_somebody_else_acts_between_any_two_steps_of_a_confirm(
    make_ports: Callable[[], tuple[Ports, Clock]], name: str, before: Callable[[Ports], Upload]
) -> None:
    """The last request wins if it came after this confirm; in any case nothing is left over."""
    act, allowed = ACTS[name]
    for at in count(1):
        ports, clock = make_ports()
        upload = before(ports)
        interruption = Interruption(at, partial(act, ports, upload))
        with suppress(FileDeleted, FileNotFound, UploadAborted):
            confirm(with_fault(ports, interruption), upload)
        if interruption.calls < at:
            break

        nothing_dangles(ports)
        assert whole(ports, clock) in allowed, at
    assert at > 6


def test_somebody_confirms_between_any_two_steps_of_a_removal(
    make_ports: Callable[[], tuple[Ports, Clock]],
) -> None:
    """Of the cover, or of the whole song."""
    for call, allowed in ((take_it_away, [[None], [NEWER]]), (delete_the_song, [[]])):
        for at in count(1):
            ports, clock = make_ports()
            upload = a_second_cover(ports)
            newer = a_sent_cover(ports, files(ports)[0], NEWER)

            def meanwhile(ports: Ports = ports, newer: Upload = newer) -> None:
                with suppress(FileDeleted, FileNotFound, UploadAborted):
                    confirm(ports, newer)

            interruption = Interruption(at, meanwhile)
            call(with_fault(ports, interruption), upload)
            if interruption.calls < at:
                break

            nothing_dangles(ports)
            assert whole(ports, clock) in allowed, (call, at)
        assert at > 6


def test_a_cover_that_comes_after_a_deletion_that_broke_off_goes_at_once(
    make_ports: Callable[[], tuple[Ports, Clock]],
) -> None:
    """The song is gone once it is no file, even if bytes remain to be removed."""
    refused = 0
    for fault in each_fault():
        ports, clock = make_ports()
        cover = a_first_cover(ports)
        with suppress(Unavailable):
            delete_the_song(with_fault(ports, fault), cover)
        if files(ports):
            continue
        with suppress(UploadAborted):
            with pytest.raises(FileDeleted):
                confirm(ports, cover)
            refused += 1
            assert ports.objects.head(cover.bucket, cover.object_key) is None, fault

        assert whole(ports, clock) == []
    assert refused >= 2
