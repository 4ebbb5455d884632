"""The filter of system calls, on both architectures: an interpreter of these few BPF instructions judges it."""

import struct

import pytest

from worker.confine import (
    ALLOW,
    ANY_BIT,
    ARCHITECTURES,
    CLONE,
    CLONE3,
    CLONE_THREAD,
    ENOSYS,
    EPERM,
    EQUAL,
    FCNTL,
    GREATER,
    KILL,
    KILL_CALL,
    LOAD,
    O_TMPFILE,
    OPEN,
    OPENAT,
    OPENAT2,
    PR_SET_PDEATHSIG,
    PRCTL,
    PRLIMIT,
    REFUSED,
    RETURN,
    TGKILL,
    ConfineError,
    build_filter,
)

OWN, OTHER = 4711, 1
X32 = 0x40000000
MACHINES = list(ARCHITECTURES)


def judge(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """Return what the filter for a machine says of a call."""
    code = list(struct.iter_unpack("=HBBI", build_filter(machine, OWN)))
    six = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    call = struct.pack("<iIQ6Q", number, architecture or ARCHITECTURES[machine], 0, *six)
    at = value = 0
    while True:
        kind, if_true, if_false, operand = code[at]
        if kind == RETURN:
            return int(operand)
        if kind == LOAD:
            value = struct.unpack_from("<I", call, operand)[0]
            at += 1
            continue
        tests = {EQUAL: value == operand, GREATER: value > operand, ANY_BIT: bool(value & operand)}
        at += 1 + (if_true if tests[kind] else if_false)


def numbers_of(machine: str) -> dict[str, int]:
    calls = [call.split() for call in ",".join(REFUSED.values()).split(",")]
    return {call[0]: int(call[1 + MACHINES.index(machine)]) for call in calls}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_refused_call_is_refused(machine: str) -> None:
    """On both, except where the architecture does not have the call."""
    numbers = {name: number for name, number in numbers_of(machine).items() if number >= 0}

    assert {name: judge(machine, number) for name, number in numbers.items()} == dict.fromkeys(numbers, EPERM)
    assert len(numbers) == len(set(numbers.values())) > 80


@pytest.mark.parametrize(("machine", "read", "execve"), [("x86_64", 0, 59), ("aarch64", 63, 221)])
def test_other_calls_are_allowed(machine: str, read: int, execve: int) -> None:
    """Programs need them."""
    assert judge(machine, read) == judge(machine, execve) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_of_another_architecture_end_the_program(machine: str) -> None:
    """A 32-bit call has another number, so no list of numbers would hold."""
    assert judge(machine, 0, architecture=0x40000003) == KILL


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_that_nobody_judged_do_not_exist(machine: str) -> None:
    """Those of later kernels, and x86_64's second set of numbers."""
    assert judge(machine, 463) == judge(machine, X32 | 41) == judge(machine, CLONE3) == ENOSYS
    assert judge(machine, OPENAT2) == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_may_start_threads_but_no_processes(machine: str) -> None:
    """ffmpeg needs the first, nothing the second."""
    clone = CLONE[MACHINES.index(machine)]

    assert judge(machine, clone, CLONE_THREAD | 0x3D0F00) == ALLOW
    assert judge(machine, clone, 17) == EPERM  # SIGCHLD: a fork


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_signals_and_limits_itself_alone(machine: str) -> None:
    """`abort` is a signal to oneself."""
    column = MACHINES.index(machine)

    for call in (KILL_CALL, TGKILL, PRLIMIT):
        assert [judge(machine, call[column], process) for process in (OWN, OTHER)] == [ALLOW, EPERM]
    assert judge(machine, PRLIMIT[column], 0) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_cannot_outlive_its_parent(machine: str) -> None:
    """It may name its threads, but not undo the signal at its parent's end."""
    prctl = PRCTL[MACHINES.index(machine)]

    assert judge(machine, prctl, PR_SET_PDEATHSIG) == EPERM
    assert judge(machine, prctl, 15) == ALLOW  # PR_SET_NAME


@pytest.mark.parametrize("machine", MACHINES)
def test_a_program_makes_no_file_without_a_name(machine: str) -> None:
    """Nobody would see how much it writes."""
    column, here, read_write, create = MACHINES.index(machine), 2**64 - 100, 2, 0o100

    assert judge(machine, OPENAT[column], here, 0, read_write | create, 0o600) == ALLOW
    assert judge(machine, OPENAT[column], here, 0, read_write | O_TMPFILE, 0o600) == EPERM
    if OPEN[column] >= 0:
        assert judge(machine, OPEN[column], 0, read_write | create, 0o600) == ALLOW
        assert judge(machine, OPEN[column], 0, read_write | O_TMPFILE, 0o600) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_no_other_process_is_signalled_by_way_of_a_file(machine: str) -> None:
    """SIGIO ends whoever has not asked for it. Landlock refuses that since ABI 6 alone."""
    fcntl = FCNTL[MACHINES.index(machine)]

    assert [judge(machine, fcntl, 1, command, OTHER) for command in (8, 10, 15)] == [EPERM] * 3
    assert [judge(machine, fcntl, 1, command, 0) for command in (1, 2, 3, 4, 9, 11)] == [ALLOW] * 6


def test_a_machine_without_a_list_runs_nothing() -> None:
    """No filter would be worse than none at all."""
    with pytest.raises(ConfineError, match="riscv64"):
        build_filter("riscv64", OWN)
