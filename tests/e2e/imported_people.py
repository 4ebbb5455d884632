"""Adds people to a service with accounts, as its operator does."""

import json
import subprocess
import sys
from collections.abc import Sequence

import bcrypt

from service.settings import Settings
from tests.conftest import ROOT, environment_of
from tests.e2e.people import PASSWORD

ADMIN = "root@example.com"


def add_people(settings: Settings, emails: Sequence[str] = ()) -> None:
    """Import an administrator and others, all with the same password."""
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    rows = [
        {"email": email, "verified": True, "name": email.partition("@")[0].title(), "password_hash": hashed}
        for email in (*emails, ADMIN)
    ]
    _flask_user(settings, "import", "-", text="\n".join(map(json.dumps, rows)))
    _flask_user(settings, "admin", ADMIN)


def _flask_user(settings: Settings, *words: str, text: str = "") -> None:
    command = [sys.executable, "-m", "flask", "--app", "service", "user", *words]
    subprocess.run(command, cwd=ROOT, env=environment_of(settings), input=text, text=True, check=True)
