"""Reads the reports of pip-audit and npm audit, and the list of accepted vulnerabilities with their reasons."""

import json
import re
from dataclasses import dataclass
from typing import Any

# npm has four severities. pip-audit has none: every finding counts.
SERIOUS = ("high", "critical", "unknown")


@dataclass(frozen=True)
class Finding:
    """A known vulnerability in a package, with all ids that databases give it."""

    package: str
    ids: frozenset[str]
    severity: str
    what: str

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.ids))} ({self.severity}): {self.what}"


@dataclass(frozen=True)
class Report:
    """The findings of an audit, the number of packages, and how many of them could not be looked up."""

    findings: tuple[Finding, ...] = ()
    unknown: int = 0
    packages: int = 0


def read_pip_audit(output: str) -> Report | None:
    """Return the findings of `pip-audit --format json`, or None if its output is no report."""
    rows = _object(output).get("dependencies")
    if not isinstance(rows, list):
        return None
    findings = [_pip_finding(row, hole) for row in rows for hole in row.get("vulns", [])]
    # pip-audit reports a package that it could not look up as skipped, and still says "No known vulnerabilities found".
    unknown = sum("skip_reason" in row for row in rows)
    return Report(tuple(findings), unknown, len(rows))


def _pip_finding(row: dict[str, Any], hole: dict[str, Any]) -> Finding:
    fixed = ", ".join(hole.get("fix_versions", [])) or "no version yet"
    ids = frozenset([hole["id"], *hole.get("aliases", [])])
    return Finding(f"{row['name']} {row['version']}", ids, "unknown", f"fixed in {fixed}")


def read_npm_audit(output: str) -> Report | None:
    """Return the findings of `npm audit --json`, or None if its output is no report."""
    report = _object(output)
    holes = report.get("vulnerabilities")
    if not isinstance(holes, dict):
        return None
    # A package that only depends on a vulnerable one names that package instead of a vulnerability.
    ways = [(name, way) for name, hole in holes.items() for way in hole.get("via", []) if isinstance(way, dict)]
    findings = tuple(_npm_finding(name, way) for name, way in ways)
    return Report(findings, 0, report.get("metadata", {}).get("dependencies", {}).get("total", 0))


def npm_failure_reason(output: str) -> str:
    """Return why `npm audit --json` has no report, in npm's own words, or "" if it does not say."""
    report = _object(output)
    error = report.get("error")
    summary = error.get("summary") if isinstance(error, dict) else ""
    return str(summary or report.get("message") or "")


def _npm_finding(name: str, way: dict[str, Any]) -> Finding:
    advisory = str(way.get("url", "")).rpartition("/")[2] or str(way.get("source", "?"))
    what = f"{way.get('title', 'no title')}; versions {way.get('range', '?')}"
    return Finding(name, frozenset([advisory]), str(way.get("severity", "unknown")), what)


def _object(output: str) -> dict[str, Any]:
    try:
        value = json.loads(output)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def read_allowed(text: str) -> dict[str, str]:
    """Return the reasons of the list by id. Raises ValueError for a line without a reason."""
    allowed = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = re.fullmatch(r"([A-Z]+-[\w-]+)\s+(\S.{9,})", line.strip())
        if not entry:
            raise ValueError(f"line {number} needs an advisory's id and the reason why it does not affect us")
        allowed[entry[1]] = entry[2]
    return allowed


def is_allowed(finding: Finding, allowed: dict[str, str]) -> bool:
    """Return whether one of the finding's ids is on the list."""
    return not finding.ids.isdisjoint(allowed)
