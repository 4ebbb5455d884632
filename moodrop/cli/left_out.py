"""Collects what a command leaves out of a folder, to report it once with a count and the reason."""

import hashlib
import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from moodrop.cli.report import Report

Reason = Literal["hidden", "incomplete_download", "content_type", "link_out", "linked_folder", "broken_link", "special"]
# For one, and for several.
_PHRASES: dict[Reason, tuple[str, str]] = {
    "hidden": ("a hidden file or folder", "{} hidden files or folders"),
    "incomplete_download": ("an incomplete download", "{} incomplete downloads"),
    "content_type": ("a file whose type the service does not take", "{} files whose types the service does not take"),
    "link_out": ("a link that leads out of the folder", "{} links that lead out of the folder"),
    "linked_folder": ("a linked folder", "{} linked folders"),
    "broken_link": ("a link that leads nowhere", "{} links that lead nowhere"),
    "special": ("a pipe, socket or device", "{} pipes, sockets or devices"),
}
_HINTS: dict[Reason, str] = {
    "hidden": "name one to send it",
    "link_out": "--follow-links sends such files too",
    "linked_folder": "name one to send its files",
}


@dataclass
class LeftOut:
    """The paths by reason. A hidden folder counts as one."""

    paths: dict[Reason, list[Path]] = field(default_factory=lambda: defaultdict(list))

    def keeps(self, path: Path, reason: Reason | None) -> bool:
        """Return whether there is no reason to leave the path out; note it if there is one."""
        if reason:
            self.paths[reason].append(path)
        return reason is None

    def report_to(self, report: Report) -> None:
        """Report a line for each reason, or one object with --json."""
        if not self.paths:
            return
        if report.as_json:
            report.result({"left_out": {reason: len(paths) for reason, paths in sorted(self.paths.items())}})
            return
        for reason, paths in sorted(self.paths.items()):
            one, several = _PHRASES[reason]
            what = one if len(paths) == 1 else several.format(len(paths))
            hint = f": {_HINTS[reason]}" if reason in _HINTS else ""
            report.note(f"left out {what}{hint}")

    def digest(self) -> str:
        """Return a text that changes whenever something else is left out."""
        lines = sorted(f"{reason} {path}" for reason, paths in self.paths.items() for path in paths)
        return hashlib.sha256(os.fsencode("\0".join(lines))).hexdigest()
