"""Signs this machine in by the page of the service: shows a code, opens a browser, and waits for a person."""

import os
import platform
import sys
import time
import webbrowser

from moodrop import Client, PendingLogin
from moodrop.calls.signed_requests import is_web_address
from moodrop.cli.exit_codes import ExitCode
from moodrop.cli.failures import CommandError
from moodrop.cli.report import Report

# What a server may ask for, in seconds.
LONGEST_WAIT_S = 3600
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 1, 60


def key_from_page(url: str, *, opens_browser: bool) -> str:
    """Return an API key after a person has allowed this machine. Raises CommandError if nobody did."""
    report = Report()
    with Client(url) as client:
        pending = client.begin_login(f"moodrop on {platform.node() or 'a machine'}"[:100])
        report.note(f"your code is {pending.user_code}")
        report.note(f"allow it at {pending.url}")
        if opens_browser:
            _open(pending.url)
        return _wait(client, pending)


def _wait(client: Client, pending: PendingLogin) -> str:
    pause_s = min(max(pending.interval, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)
    end = time.monotonic() + min(pending.expires_in, LONGEST_WAIT_S)
    while time.monotonic() < end:
        if key := client.collect_key(pending):
            return key
        time.sleep(pause_s)
    raise CommandError("nobody has allowed this machine in time: run `moodrop login` again", ExitCode.NOT_ALLOWED)


def _open(url: str) -> None:
    """Open an address of the web, if there is a screen: a browser in the terminal would hide the code."""
    has_screen = sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
    if has_screen and is_web_address(url):
        webbrowser.open(url)
