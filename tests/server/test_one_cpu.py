"""On which CPU a worker keeps its threads, and which threads stay free."""

import os
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from dev import children
from service.server.one_cpu import busy_seconds, choose
from service.shared.adapters.cpus import allowed_cpus
from tests.conftest import ROOT

IDLE = {0: 0.0, 1: 0.02, 2: 0.1, 3: 0.2}


@pytest.mark.parametrize("cpu", IDLE)
def test_a_worker_stays_where_others_leave_it_alone(cpu: int) -> None:
    """Small differences come and go."""
    assert choose(cpu, IDLE, place=1) == cpu


@pytest.mark.parametrize("cpu", [None, 0])
def test_it_goes_where_others_use_least(cpu: int | None) -> None:
    """At the start, and when others come."""
    assert choose(cpu, {0: 0.9, 1: 0.4, 2: 0.1, 3: 0.8}, place=5) == 2


def test_it_stays_if_all_are_as_busy() -> None:
    """To move would gain nothing."""
    assert choose(1, {0: 0.8, 1: 0.95, 2: 0.9}, place=0) == 1


def test_it_goes_on_elsewhere_if_it_may_no_longer_be_there() -> None:
    """Whoever runs the service may take CPUs from it."""
    assert choose(1, {2: 0.8, 3: 0.1}, place=0) == 3


def test_workers_begin_on_different_cpus() -> None:
    """As long as there are enough."""
    assert sorted(choose(None, IDLE, place) for place in range(7, 11)) == list(IDLE)


PROGRAM = """
import os, threading, time
from service.server.one_cpu import OneCpu
from service.shared.adapters.cpus import use_any_cpu

started, go_on = threading.Barrier(3), threading.Event()

def work(free):
    if free:
        use_any_cpu()
    started.wait()
    go_on.wait()

workers = [threading.Thread(target=work, args=(free,)) for free in (False, True)]
for worker in workers:
    worker.start()
started.wait()
one = OneCpu(0)
time.sleep(0.1)
one.check()
late = threading.Thread(target=go_on.wait)
late.start()
os.sched_setaffinity(late.native_id, os.sched_getaffinity(workers[1].native_id))
one.check()
for thread in (threading.main_thread(), *workers, late):
    print(*sorted(os.sched_getaffinity(thread.native_id)))
go_on.set()
"""


@pytest.mark.skipif(len(allowed_cpus()) < 2, reason="there is one CPU only")
def test_its_threads_are_on_one_cpu_except_those_that_compute_long() -> None:
    """Those that begin later too. In a process of its own, because it ties all of its threads."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env={**os.environ}, capture_output=True, text=True, check=True
    )

    main, worker, free, late = [line.split() for line in done.stdout.splitlines()]
    assert len(main) == 1
    assert worker == late == main
    assert free == [str(cpu) for cpu in sorted(allowed_cpus())]


def test_the_system_tells_how_busy_each_cpu_was() -> None:
    """Each that this process may use."""
    before = busy_seconds()
    while busy_seconds() == before:
        pass

    assert before
    assert before.keys() <= allowed_cpus()


@pytest.mark.skipif(len(allowed_cpus()) < 2, reason="there is one CPU only")
def test_a_worker_of_gunicorn_keeps_to_one_cpu(tmp_path: Path) -> None:
    """All of its threads; its parent, which starts other workers, to none."""
    command = [sys.executable, "-m", "gunicorn", "-k", "service.server.worker.Worker", "-b", f"unix:{tmp_path}/socket"]
    with (tmp_path / "log").open("wb") as log:
        options = ["--logger-class", "service.server.gunicorn_logger.Logger", "--no-control-socket"]
        environment = {**os.environ, "AUTH_MODE": "open"}
        master = children.spawn(
            [*command, *options, "tests.server.numbering_wsgi:app"], output=log, env=environment, cwd=ROOT
        )
        try:
            while not any(len(cpus) == 1 for cpus in _cpus_of_children(master.pid)):
                assert master.poll() is None, (tmp_path / "log").read_text()
                sleep(0.05)
            assert os.sched_getaffinity(master.pid) == allowed_cpus()
        finally:
            children.stop(master)


def _cpus_of_children(pid: int) -> list[set[int]]:
    """Return the CPUs of the main threads of the processes that this one started."""
    started = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [os.sched_getaffinity(int(child)) for child in started.split()]
