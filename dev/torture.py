"""`make torture`: runs the attacks at full size and records the results in docs/torture.md.

It takes hours, and you may interrupt it: the next run resumes with the rows that have not passed for this commit.
Arguments are pytest's: `make torture ARGS="-k sealing"`.
"""

import signal
import subprocess
import sys

from dev import children
from dev.errors import LauncherError
from dev.packages import PYTHON
from dev.progress import Progress
from dev.project import ROOT
from dev.test import set_up

# Rows run one after the other, because each should have the whole machine.
PYTEST = ["-m", "pytest", "-m", "torture", "-p", "dev.torture_rows"]


def main() -> int:
    """Return 0 if every chosen row has passed for this commit."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        set_up(Progress())
        return subprocess.run([PYTHON, *PYTEST, *(sys.argv[1:] or ["tests"])], cwd=ROOT, check=False).returncode
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        children.stop_all()


if __name__ == "__main__":
    sys.exit(main())
