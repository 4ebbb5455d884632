"""The commands `login`, `logout` and `whoami`."""

import os
import sys
from typing import Annotated

import typer

from moodrop import Client, Session
from moodrop.cli import profile
from moodrop.cli.failures import CommandError
from moodrop.cli.options import Json
from moodrop.cli.profile import DEFAULT_URL, Profile
from moodrop.cli.report import Report

Url = Annotated[str, typer.Argument(envvar="MOODROP_URL", help="Address of the server.")]
Token = Annotated[
    str | None,
    typer.Option(
        envvar="MOODROP_TOKEN", help="Access token; '-' reads it from a pipe. If needed, you are asked for it."
    ),
]


def login(url: Url = DEFAULT_URL, token: Token = None) -> None:
    """Sign in to a server and remember it."""
    if token == "-":  # noqa: S105
        token = sys.stdin.readline().strip()
    chosen = Profile(url.rstrip("/"), token or None)
    session = _whoami(chosen)
    if session.auth_mode != "open" and session.owner is None:
        chosen = Profile(chosen.url, _ask_for_token())
        session = _whoami(chosen)
    profile.save(chosen)
    Report().note(f"{chosen.url} knows you as {session.owner or 'anybody'}; saved in {profile.path()}")


def _whoami(chosen: Profile) -> Session:
    with Client(chosen.url, chosen.token) as client:
        return client.whoami()


def _ask_for_token() -> str:
    if not sys.stdin.isatty():
        raise CommandError("this server needs a token: give --token, or pipe it in with --token -")
    token: str = typer.prompt("Token", hide_input=True, err=True)
    return token.strip()


def logout() -> None:
    """Sign out and forget the saved server."""
    was_there = profile.remove()
    Report().note("signed out" if was_there else "nobody was signed in")
    if os.environ.get("MOODROP_TOKEN"):
        Report().note("MOODROP_TOKEN is still set")


def whoami(as_json: Json = False) -> None:
    """Show the server, your account and your permissions."""
    current = profile.current()
    session = _whoami(current)
    Report(as_json=as_json).result(session, session.owner or "-", current.url, " ".join(session.scopes))
