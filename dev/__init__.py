"""The launcher: finds, builds, starts and stops what Moodrop runs on.

Standard library only, for it runs before anything is installed. Nothing in `service/` imports it.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the launcher is what tells the owner of an old one
    sys.exit(
        f"Moodrop needs Python 3.11 or later, this is {sys.version.split()[0]}: "
        "run `make run PYTHON=python3.12`, or another later one."
    )
