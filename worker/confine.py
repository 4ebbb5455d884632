"""Becomes a program that reads untrusted bytes and can do nothing else.

Usage: python -I -S confine.py SPEC PROGRAM ARGUMENT...

SPEC is JSON: `parent` (a process id), `limits` (names of RLIMIT_… to numbers), and, to be confined, `execute`, `read`
and `write` (paths). The program may read what `read` names, read and run what `execute` names, and create and read
files in what `write` names. It has no network, starts no process, signals none, and ends with its parent.
`worker.sandbox` runs it. Only the standard library is imported, because the interpreter runs without site-packages.

Exit code 125: the program could not be confined, and did not start. The reason is on stderr.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn

NOT_CONFINED = 125

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h

# linux/landlock.h. These three calls have the same numbers on every architecture.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_REG, TRUNCATE = 1 << 8, 1 << 14
# How many rights over files each ABI knows. A right that is not handled is not restricted, so all are.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
TCP = 0b11  # bind and connect, since ABI 4
SCOPES = 0b11  # abstract unix sockets and signals, since ABI 6
MAY_READ = READ_FILE | READ_DIR
# No links and no pipes, because the worker opens what it finds here; no folders, because it measures and removes them.
# Nothing is removed or renamed: a file that is open, but has no name any more, would take room that nobody sees.
MAY_WRITE = MAY_READ | WRITE_FILE | TRUNCATE | MAKE_REG
RIGHTS_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

# linux/audit.h, linux/seccomp.h, linux/bpf_common.h
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
LOAD, EQUAL, GREATER, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
# Newer calls, and those of x32, are refused as unknown: nobody has judged them here.
LAST_KNOWN_CALL = 462
CLONE_THREAD = 0x10000

# Names with their numbers on x86_64 and aarch64, from asm/unistd_64.h and asm-generic/unistd.h; -1: no such call there.
REFUSED = {
    "network": """
        socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242""",
    "runs other calls unseen": "io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427 427",
    "processes, new ones and others": """
        fork 57 -1, vfork 58 -1, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272,
        pidfd_open 434 434, pidfd_getfd 438 438, pidfd_send_signal 424 424, tkill 200 130, rt_sigqueueinfo 129 138,
        rt_tgsigqueueinfo 297 240, process_madvise 440 440, process_mrelease 448 448, setpriority 141 140,
        ioprio_set 251 30, sched_setaffinity 203 122, sched_setattr 314 274, sched_setparam 142 118,
        sched_setscheduler 144 119""",
    "memory and queues shared with others": """
        shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semop 65 193, semctl 66 191, semtimedop 220 192,
        msgget 68 186, msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180, mq_unlink 241 181""",
    "another view of the file system": """
        mount 165 40, umount2 166 39, unshare 272 97, setns 308 268, pivot_root 155 41, chroot 161 51,
        move_mount 429 429, open_tree 428 428, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433,
        mount_setattr 442 442, open_by_handle_at 304 265, name_to_handle_at 303 264, fanotify_init 300 262""",
    "what Landlock leaves alone: modes, owners, times and attributes of files, and before ABI 3 their length": """
        truncate 76 45, chmod 90 -1, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452, chown 92 -1, fchown 93 55,
        lchown 94 -1, fchownat 260 54, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14,
        lremovexattr 198 15, fremovexattr 199 16, utime 132 -1, utimes 235 -1, futimesat 261 -1, utimensat 280 88""",
    "room beyond the end of a file, for which no limit holds": "fallocate 285 47",
    "the kernel": """
        bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, keyctl 250 219, add_key 248 217,
        request_key 249 218, kexec_load 246 104, kexec_file_load 320 294, init_module 175 105, finit_module 313 273,
        delete_module 176 106, personality 135 92, modify_ldt 154 -1""",
    "programs that are no files": "memfd_create 319 279, memfd_secret 447 447",
}
# Allowed for some values of their first argument.
KILL_CALL, TGKILL, PRLIMIT, PRCTL, CLONE = (62, 129), (234, 131), (302, 261), (157, 167), (56, 220)
# Refused for some values of their second or third one.
OPEN, OPENAT, FCNTL = (2, -1), (257, 56), (72, 25)
O_TMPFILE = 0o20000000  # a file without a name
SIGNALS_ABOUT_FILES = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: to any process of this user
# Their flags lie where a filter cannot read them. libc falls back to clone, and programs to openat.
CLONE3, OPENAT2 = 435, 437

libc = ctypes.CDLL(None, use_errno=True)


class ConfineError(Exception):
    """The program cannot be confined here."""


def build_filter(machine: str, process_id: int) -> bytes:
    """Return the seccomp filter as BPF instructions of eight bytes. Raises ConfineError for an unknown machine."""
    if machine not in ARCHITECTURES:
        raise ConfineError(f"no filter of system calls is known for {machine}")
    column = list(ARCHITECTURES).index(machine)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _instructions(machine, column, process_id))


def _instructions(machine: str, column: int, process_id: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (code, jump if true, jump if false, operand)."""
    yield LOAD, 0, 0, ARCHITECTURE_AT
    yield EQUAL, 1, 0, ARCHITECTURES[machine]
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER_AT
    yield GREATER, 0, 1, LAST_KNOWN_CALL
    yield RETURN, 0, 0, ENOSYS
    for number in (CLONE3, OPENAT2):
        yield from ((EQUAL, 0, 1, number), (RETURN, 0, 0, ENOSYS))
    for call in ",".join(REFUSED.values()).split(","):
        number = int(call.split()[1 + column])
        if number >= 0:
            yield from ((EQUAL, 0, 1, number), (RETURN, 0, 0, EPERM))
    yield from _only_if(KILL_CALL[column], (EQUAL, process_id))
    yield from _only_if(TGKILL[column], (EQUAL, process_id))
    yield from _only_if(PRLIMIT[column], (EQUAL, 0), (EQUAL, process_id))
    yield from _only_if(CLONE[column], (ANY_BIT, CLONE_THREAD))
    yield from _only_if(PRCTL[column], (GREATER, PR_SET_PDEATHSIG))
    yield from _unless(FCNTL[column], 1, *((EQUAL, command) for command in SIGNALS_ABOUT_FILES))
    yield from _unless(OPENAT[column], 2, (ANY_BIT, O_TMPFILE))
    if OPEN[column] >= 0:
        yield from _unless(OPEN[column], 1, (ANY_BIT, O_TMPFILE))
    yield RETURN, 0, 0, ALLOW


def _only_if(number: int, *tests: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Allow a call if its first argument passes one of the tests; refuse it otherwise."""
    return _by_argument(number, 0, tests, passed=ALLOW, failed=EPERM)


def _unless(number: int, argument: int, *tests: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Refuse a call if that argument, counted from 0, passes one of the tests; allow it otherwise."""
    return _by_argument(number, argument, tests, passed=EPERM, failed=ALLOW)


def _by_argument(
    number: int, argument: int, tests: tuple[tuple[int, int], ...], *, passed: int, failed: int
) -> Iterator[tuple[int, int, int, int]]:
    yield EQUAL, 0, len(tests) + 3, number
    yield LOAD, 0, 0, ARGUMENTS_AT + 8 * argument
    for place, (code, operand) in enumerate(tests):
        yield code, len(tests) - place, 0, operand
    yield RETURN, 0, 0, failed
    yield RETURN, 0, 0, passed


def filter_calls() -> None:
    """Refuse the calls above to this process from now on."""
    code = build_filter(platform.machine(), os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(program), 0, 0) != 0:
        raise ConfineError(f"seccomp refused the filter: {_reason()}")


def restrict_files(execute: Iterable[str], read: Iterable[str], write: Iterable[str]) -> None:
    """Forbid, by Landlock, every file but these, TCP, and signals and abstract sockets beyond this process."""
    abi = _call(LANDLOCK_CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    if abi < 1:
        raise ConfineError(f"this system has no Landlock: {_reason()}")
    handled = (1 << FILE_RIGHTS.get(abi, FILE_RIGHTS[5])) - 1
    attributes = struct.pack("QQQ", handled, TCP if abi >= 4 else 0, SCOPES if abi >= 6 else 0)
    ruleset = _call(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise ConfineError(f"Landlock made no rules: {_reason()}")
    for paths, rights in ((execute, MAY_READ | EXECUTE), (read, MAY_READ), (write, MAY_WRITE)):
        for path in paths:
            _allow(ruleset, path, rights & handled)
    _allow(ruleset, os.devnull, (READ_FILE | WRITE_FILE | TRUNCATE) & handled)
    if _call(LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0:
        raise ConfineError(f"Landlock refused its rules: {_reason()}")
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise ConfineError(f"{path}: {error.strerror}") from error
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib would take as long to load as all the rest
        rights &= RIGHTS_OF_A_FILE
    rule = struct.pack("=Qi", rights, descriptor)
    if _call(LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, rule, 0) != 0:
        raise ConfineError(f"Landlock refused {path}: {_reason()}")
    os.close(descriptor)


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call for which libc has no function. Returns -1 if it fails."""
    made = [ctypes.c_long(value) if isinstance(value, int) else ctypes.c_char_p(value) for value in arguments]
    returned: int = libc.syscall(ctypes.c_long(number), *made)
    return returned


def _reason() -> str:
    return os.strerror(ctypes.get_errno())


def end_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the thread that started it ends; end at once if the parent has ended."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ConfineError("the worker that started this has ended")


def give_up_privileges() -> None:
    """Drop every capability, which root has, and the ways to regain one."""
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise ConfineError(f"no_new_privs: {_reason()}")
    header, nothing = struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24)
    if libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(nothing)) != 0:
        raise ConfineError(f"capabilities: {_reason()}")


def limit_resources(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        # After CPU's first limit comes SIGXCPU, which tells why; a program that ignores it is killed at the second.
        later = value + 1 if name == "CPU" else value
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, later))
    # Python ignores these, and an ignored signal stays ignored in the program.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def main(arguments: Sequence[str]) -> NoReturn:
    specification, program = json.loads(arguments[0]), list(arguments[1:])
    try:
        end_with_parent(specification["parent"])
        limit_resources(specification["limits"])
        if "write" in specification:
            give_up_privileges()
            restrict_files(*(specification[name] for name in ("execute", "read", "write")))
            filter_calls()
        os.execve(program[0], program, {})
    except (ConfineError, OSError, ValueError) as error:
        print(f"confine: {error}", file=sys.stderr)
    sys.exit(NOT_CONFINED)


if __name__ == "__main__":
    main(sys.argv[1:])
