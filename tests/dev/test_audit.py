"""`make audit`: what fails it, what does not, and that missing data never counts as good news."""

import json
from pathlib import Path
from typing import Any

import pytest

from dev import audit
from dev.advisories import Report, npm_failure_reason, read_allowed, read_npm_audit, read_pip_audit
from dev.errors import LauncherError
from dev.project import ROOT

HOLE = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"], "fix_versions": ["2.0"]}
GOOD: dict[str, Any] = {"name": "flask", "version": "3.1", "vulns": []}
BAD: dict[str, Any] = {"name": "jinja2", "version": "1.0", "vulns": [HOLE]}
SKIPPED: dict[str, Any] = {"name": "boto3", "skip_reason": "Dependency not found on PyPI"}
WAY = {"title": "Prototype pollution", "url": "https://github.com/advisories/GHSA-dddd-eeee-ffff", "range": "<4.17.21"}


def of_pip(*rows: dict[str, Any]) -> Report | None:
    return read_pip_audit(json.dumps({"dependencies": rows, "fixes": []}))


def of_npm(severity: str) -> Report | None:
    holes = {
        "lodash": {"severity": severity, "via": [{**WAY, "severity": severity}]},
        "uses-lodash": {"severity": severity, "via": ["lodash"]},
    }
    return read_npm_audit(json.dumps({"vulnerabilities": holes, "metadata": {"dependencies": {"total": 900}}}))


@pytest.mark.parametrize(
    ("report", "fails"),
    [
        (of_pip(GOOD), False),
        (of_pip(GOOD, BAD), True),
        (of_pip(SKIPPED, BAD), True),
        (of_npm("critical"), True),
        (of_npm("high"), True),
        (of_npm("moderate"), False),
        (of_npm("low"), False),
    ],
)
def test_a_hole_fails_it_where_it_is_serious(
    report: Report | None, fails: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """PyPI gives no severity, so all its findings count. Minor ones are still printed."""
    assert audit.print_report("an audit", report, {}, instead="") is fails
    output = capsys.readouterr().out
    assert "NOT DONE" not in output
    assert not report or all(str(finding) in output for finding in report.findings)


@pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"])
def test_a_hole_that_is_explained_fails_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Under any of its names, but no other finding."""
    allowed = {name: "we never render a stranger's template"}

    assert audit.print_report("an audit", of_pip(BAD), allowed, instead="") is False
    assert "1 explained" in capsys.readouterr().out
    assert audit.print_report("an audit", of_npm("high"), allowed, instead="") is True


@pytest.mark.parametrize(
    "report",
    [
        read_pip_audit(""),
        read_pip_audit("ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed"),
        of_pip(SKIPPED, SKIPPED),
        read_npm_audit('{"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}}'),
        read_npm_audit('{"error": {"code": "ENOTFOUND"}}'),
        read_npm_audit("[]"),
    ],
)
def test_data_that_cannot_be_reached_is_said_and_fails_nothing(
    report: Report | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip-audit skips packages unknown to PyPI and then reports no known holes."""
    assert audit.print_report("an audit", report, {}, instead="ENOTFOUND registry") is False

    assert "an audit: NOT DONE" in capsys.readouterr().out


def test_npm_tells_why() -> None:
    """The last line of its output only names a log file."""
    assert (
        npm_failure_reason('{"message": "405 Method Not Allowed", "error": {"summary": ""}}')
        == "405 Method Not Allowed"
    )
    assert npm_failure_reason('{"error": {"code": "ENOTFOUND", "summary": "no such host"}}') == "no such host"
    assert npm_failure_reason("") == npm_failure_reason("[]") == npm_failure_reason('{"error": "odd"}') == ""


def test_packages_that_were_not_looked_up_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise a partial answer would look complete."""
    audit.print_report("an audit", of_pip(GOOD, SKIPPED), {}, instead="")

    assert "2 packages, 1 NOT looked up" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["GHSA-aaaa-bbbb-cccc", "GHSA-aaaa-bbbb-cccc  no", "all  because it is a nuisance"])
def test_what_is_let_pass_has_a_reason(line: str) -> None:
    """A bare id means nothing to next year's reader."""
    with pytest.raises(ValueError, match="line 2"):
        read_allowed(f"# a comment\n{line}\n")


def test_the_list_of_this_checkout_is_sound() -> None:
    """Every line has an id and a reason."""
    read_allowed((ROOT / "requirements" / "audit.allow").read_text(encoding="utf-8"))


def test_without_a_network_nothing_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether the program is missing or npm is."""

    def no_network(*_: object, **__: object) -> Path:
        raise LauncherError("NewConnectionError: Failed to establish a new connection")

    monkeypatch.setattr(audit, "build_once", no_network)
    monkeypatch.setattr(audit, "find_node", no_network)

    assert audit.main() == 0
    output = capsys.readouterr().out
    assert output.count("NOT DONE") == 3
    assert "pip-audit of dev.lock: NOT DONE, nothing was looked up: no network" in output
