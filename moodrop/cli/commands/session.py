"""The commands `login`, `logout` and `whoami`."""

import os
import sys
from contextlib import suppress
from typing import Annotated

import typer

from moodrop import Client, Quota, Session
from moodrop.cli import profile
from moodrop.cli.failures import CommandError
from moodrop.cli.options import Json
from moodrop.cli.page_login import key_from_page
from moodrop.cli.profile import DEFAULT_URL, Profile
from moodrop.cli.report import Report
from moodrop.errors import MoodropError, Unauthenticated

Url = Annotated[str, typer.Argument(envvar="MOODROP_URL", help="Address of the server.")]
Token = Annotated[
    str | None,
    typer.Option(
        envvar="MOODROP_TOKEN",
        help="API key or access token; '-' reads it from a pipe. If needed, you are asked for it.",
    ),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Print the address for signing in, and do not open it.")]
API_KEY = "mdk_"


def login(url: Url = DEFAULT_URL, token: Token = None, no_browser: NoBrowser = False) -> None:
    """Sign in to a server and remember it."""
    if token == "-":  # noqa: S105
        token = sys.stdin.readline().strip()
    chosen = Profile(url.rstrip("/"), token or None)
    session = _whoami(chosen)
    if session.auth_mode != "open" and session.owner is None:
        chosen = Profile(chosen.url, _ask_for_token(chosen.url, session, opens_browser=not no_browser))
        session = _whoami(chosen)
    profile.save(chosen)
    Report().note(f"{chosen.url} knows you as {_name_of(session) or 'anybody'}; saved in {profile.path()}")


def _whoami(chosen: Profile) -> Session:
    with Client(chosen.url, chosen.token) as client:
        return client.whoami()


def _name_of(session: Session) -> str | None:
    return (session.account and session.account.email) or session.owner


def _ask_for_token(url: str, session: Session, *, opens_browser: bool) -> str:
    if session.auth_mode == "accounts" and (sys.stdin.isatty() or not opens_browser):
        return key_from_page(url, opens_browser=opens_browser)
    if not sys.stdin.isatty():
        raise CommandError("this server needs a token: give --token, or pipe it in with --token -")
    token: str = typer.prompt("Token", hide_input=True, err=True)
    return token.strip()


def logout() -> None:
    """Sign out and forget the saved server."""
    stored = None
    with suppress(CommandError):  # an incomplete profile is removed all the same
        stored = profile.load()
    was_there = profile.remove()
    if stored and stored.token and stored.token.startswith(API_KEY):
        _end_key(stored)
    Report().note("signed out" if was_there else "nobody was signed in")
    if os.environ.get("MOODROP_TOKEN"):
        Report().note("MOODROP_TOKEN is still set")


def _end_key(stored: Profile) -> None:
    try:
        with Client(stored.url, stored.token, retries=1) as client:
            client.end_key()
    except Unauthenticated:
        return  # it has ended already
    except MoodropError as error:
        Report().note(f"the API key is still good, revoke it on the page: {error.detail}")


def whoami(as_json: Json = False) -> None:
    """Show the server, your account, permissions and quota."""
    current = profile.current()
    session = _whoami(current)
    who, used = _name_of(session) or "-", _usage_of(session.quota)
    Report(as_json=as_json).result(session, who, current.url, " ".join(session.scopes), *used)


def _usage_of(quota: Quota | None) -> list[str]:
    """Return what is used of each limit, as `1048576/5368709120 bytes`; nothing without a quota."""
    if quota is None:
        return []
    limits = {"bytes": (quota.max_bytes, quota.left_bytes), "files": (quota.max_files, quota.left_files)}
    return [f"{most - (left or 0)}/{most} {name}" for name, (most, left) in limits.items() if most is not None]
