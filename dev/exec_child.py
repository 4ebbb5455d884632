"""Becomes another program that ends with the launcher, even if the launcher is killed.

Usage: exec_child.py LAUNCHER_PID PROGRAM ARGUMENT...
A `preexec_fn` would do the same, but is not safe where threads run.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    launcher_pid, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != launcher_pid:  # the launcher ended before the call above
            sys.exit(1)
    try:
        os.execvp(program, sys.argv[2:])
    except OSError as error:
        print(f"{program}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


main()
