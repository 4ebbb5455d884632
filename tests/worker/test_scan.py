"""What a clamd finds, and what becomes of a file where there is none, or none that answers."""

import os
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dev.ports import free_port
from service.ports import Ports
from tests.builders import ALICE, a_file
from tests.helpers.clamd import EICAR, NAME, STREAM_MAX_BYTES, real_clamd, scripted_clamd
from tests.helpers.worker import StartWorker, wait_until, wait_until_ended
from worker.kinds import clamd
from worker.kinds.clamd import ScannerSilent, TooLargeToScan, scan_file

# CI has it where it can be installed, and must not skip these.
needs_clamd = pytest.mark.skipif(
    shutil.which("clamd") is None and "CI" not in os.environ, reason="there is no clamd (Debian's clamav-daemon)"
)


def always() -> bool:
    return True


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with real_clamd(tmp_path_factory.mktemp("clamd")) as url:
        yield url


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song"
    path.write_bytes(b"ID3 a song" * 100_000)
    return path


@needs_clamd
def test_a_real_scanner_tells_a_threat_from_a_song(scanner: str, song: Path, tmp_path: Path) -> None:
    (tmp_path / "threat").write_bytes(EICAR)

    assert scan_file(scanner, song, always) is None
    assert scan_file(scanner, tmp_path / "threat", always) == f"{NAME}.UNOFFICIAL"


@needs_clamd
def test_a_real_scanner_refuses_what_is_too_large_for_it(scanner: str, tmp_path: Path) -> None:
    """It closes in the middle of the stream."""
    large = tmp_path / "large"
    large.write_bytes(bytes(8 * STREAM_MAX_BYTES))

    with pytest.raises(TooLargeToScan):
        scan_file(scanner, large, always)


@needs_clamd
@pytest.mark.parametrize(
    "scans",
    [
        pytest.param(40, id="40_scans"),
        pytest.param(4000, id="4000_scans", marks=pytest.mark.torture("4,000 scans, a scanner that dies after half")),
    ],
)
def test_no_threat_is_called_clean_by_a_scanner_that_dies(tmp_path: Path, scans: int) -> None:
    """Many are scanned at once, wherever in the file the threat is. Without the scanner there is no verdict at all."""
    chance = random.Random(scans)
    expected = {tmp_path / f"{number}": f"{NAME}.UNOFFICIAL" if number % 2 else None for number in range(20)}
    for path, threat in expected.items():
        before, after = (chance.randbytes(chance.randrange(200_000)) for _ in range(2))
        path.write_bytes(before + (EICAR if threat else b"") + after)
    paths = [chance.choice(list(expected)) for _ in range(scans)]

    with ThreadPoolExecutor(8) as pool, real_clamd(tmp_path) as url:
        verdicts = [pool.submit(scan_file, url, path, always) for path in paths]
        for verdict in verdicts[: scans // 2]:
            verdict.result()

    with pytest.raises(ScannerSilent):
        scan_file(url, paths[0], always)
    silent = [isinstance(verdict.exception(), ScannerSilent) for verdict in verdicts]
    judged = [(verdict, path) for verdict, path, nothing in zip(verdicts, paths, silent, strict=True) if not nothing]
    assert len(judged) >= scans // 2
    assert [verdict.result() for verdict, _ in judged] == [expected[path] for _, path in judged]


@pytest.mark.real
@needs_clamd
def test_a_file_with_a_threat_is_marked_and_others_are_clean(
    announcing: Ports, start_worker: StartWorker, scanner: str
) -> None:
    """From the confirm to the file's own document."""
    worker = start_worker(scanner_url=scanner)

    threat = wait_until_ended(announcing, a_file(announcing, ALICE, EICAR, content_type="image/png"), worker)
    song = wait_until_ended(announcing, a_file(announcing, ALICE, content_type="image/png"), worker)
    large = bytes(2 * STREAM_MAX_BYTES)
    unscannable = wait_until_ended(announcing, a_file(announcing, ALICE, large, content_type="image/png"), worker)

    assert threat.threat == f"{NAME}.UNOFFICIAL"
    assert (song.threat, unscannable.threat) == (None, None)
    assert unscannable.derived
    assert "scan" in unscannable.derived.failed
    assert song.derived
    assert "scan" not in song.derived.failed
    job = announcing.jobs.get(f"{unscannable.upload_id}.scan")
    assert job
    assert job.reason == "unscannable"


@pytest.mark.real
def test_a_file_waits_for_a_scanner_that_is_down(announcing: Ports, start_worker: StartWorker) -> None:
    """It is tried again later, and says why it waits."""
    worker = start_worker(scanner_url=f"tcp://127.0.0.1:{free_port()}")
    file = a_file(announcing, ALICE, content_type="image/png")

    def waits() -> bool:
        job = announcing.jobs.get(f"{file.upload_id}.scan")
        return job is not None and job.reason == "unscannable" and job.state == "queued"

    wait_until(waits, 30, lambda: worker.shown)


@pytest.mark.parametrize(
    ("answer", "threat"),
    [
        (b"stream: OK\0", None),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", "Win.Test.EICAR_HDB-1"),
        (b"stream: a\n\x1b[31mb\xff FOUND\0", "a[31mb\N{REPLACEMENT CHARACTER}"),
        (b"stream: " + b"x" * 1000 + b" FOUND\0", "x" * 200),
    ],
)
def test_what_a_scanner_says_becomes_one_line(song: Path, answer: bytes, threat: str | None) -> None:
    """It is shown to people."""
    with scripted_clamd(answer) as server:
        assert scan_file(server.url, song, always) == threat

    assert server.received == song.read_bytes()


@pytest.mark.parametrize("answer", [b"", b"stream: Can't allocate memory ERROR\0", b"\xff" * 10_000, b"HTTP/1.1 400"])
def test_anything_else_is_no_verdict(song: Path, answer: bytes) -> None:
    """Least of all "clean"."""
    with scripted_clamd(answer) as server, pytest.raises(ScannerSilent):
        scan_file(server.url, song, always)


def test_a_scanner_that_never_answers_is_left_in_time(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamd, "ANSWER_S", 0.1)
    monkeypatch.setattr(clamd, "SCAN_S", 0.5)

    with scripted_clamd(None) as server, pytest.raises(ScannerSilent, match="in time"):
        scan_file(server.url, song, always)


def test_a_scan_ends_when_its_job_is_not_wanted_any_more(song: Path) -> None:
    """Its lease was lost, or the file was deleted."""
    with scripted_clamd(b"stream: OK\0") as server, pytest.raises(ScannerSilent, match="wanted"):
        scan_file(server.url, song, lambda: False)
