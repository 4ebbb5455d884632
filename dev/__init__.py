"""The launcher: finds, builds, starts and stops what Moodrop runs on.

It uses only the standard library, because it runs before anything is installed. `service/` never imports it.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an old Python has to get this message
    sys.exit(
        f"Moodrop needs Python 3.11 or later, this is {sys.version.split()[0]}: "
        "run `make run PYTHON=python3.12`, or another later one."
    )
