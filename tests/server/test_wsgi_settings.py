"""What gunicorn's parent process loads: a reload cannot renew it."""

import subprocess
import sys

from dev.project import ROOT

# Read before any worker is forked.
CODE = "import service.server.gunicorn_conf, sys; print(*sorted(name for name in sys.modules if name in {names!r}))"
NEVER = ("boto3", "flask", "service.app", "service.store.s3.store", "service.accounts.adapters.jwt.authenticator")


def test_the_parent_loads_no_adapter_and_no_app() -> None:
    """All later workers would inherit their old code and memory."""
    assert _run(CODE.format(names=NEVER)) == ("", "")


def test_the_app_loads_no_library_of_minio() -> None:
    """Only making its accounts needs it, and a start waits for what it loads."""
    code = "import service.app, service.store.s3.store, sys; print(*sorted(n for n in sys.modules if n[:5] == 'minio'))"

    assert _run(code) == ("", "")


def test_the_older_name_of_the_configuration_is_the_same_one() -> None:
    """An upgrade must not stop a service whose unit file says `-c python:service.gunicorn_conf`."""
    code = (
        "import service.gunicorn_conf as old, service.server.gunicorn_conf as new\n"
        "names = [name for name in vars(new) if not name.startswith('_')]\n"
        "print([name for name in names if getattr(old, name, None) is not getattr(new, name)])"
    )

    assert _run(code) == ("[]", "")


def _run(code: str) -> tuple[str, str]:
    environment = {"AUTH_MODE": "open", "SECRET_KEY": "5f8d0c1e9b7a43d2866f0e1c7d9a2b34e5c6f708", "PATH": ""}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip(), done.stderr
