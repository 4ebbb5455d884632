"""The table of docs/providers.md: what each store did in the last run of `make test-stores`.

Nothing in it is written by hand. A run records what it saw in docs/providers.json; the text is made of that, and of
what AWS's documentation says.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from dev.project import ROOT
from dev.providers.aws import DOCUMENTED

RECORD = ROOT / "docs" / "providers.json"
TABLE = ROOT / "docs" / "providers.md"
STORES = ("MinIO", "VersityGW", "SeaweedFS", "Garage")
AWS = "AWS S3"
LONGEST = 160
# The classes of tests/contracts, in the order of the rows.
GROUPS = {
    "ObjectStoreContract": "put, head, get, copy, list and remove objects",
    "EnforcingStoreContract": "enforce what was signed, for a PUT, a GET and a form",
    "MultipartContract": "open, list, complete and abort multipart uploads",
    "EnforcingMultipartContract": "enforce what was signed, for a part",
    "RealMultipartContract": "a thousand parts, a thousand open uploads",
    "ServiceOnStore": "the service itself: uploads, downloads, reconcile",
    "RefusedStore": "the service refuses to start, and names why",
}
HEAD = """\
# Object stores, compared

`make test-stores` starts each of these stores, runs the [doctor](deploy.md#the-doctor)'s checks and the tests of
`tests/contracts` on it, and writes this page from what it saw (`docs/providers.json`). No cell is written by hand,
except in the column of AWS: that is **from AWS's documentation, not from a run**. `not made`: the checks ended before.

"""


@dataclass
class Seen:
    """What one store did."""

    version: str = ""
    date: str = ""
    checks: dict[str, tuple[str, str]] = field(default_factory=dict)  # the result, and what was seen
    tests: dict[str, dict[str, str]] = field(default_factory=dict)  # by group: the outcome of each


def read(path: Path = RECORD) -> dict[str, Seen]:
    """Return what the last run recorded of each store."""
    rows = json.loads(path.read_text()) if path.is_file() else {}
    return {store: Seen(**facts) for store, facts in rows.items()}


def write(seen: Mapping[str, Seen], record: Path = RECORD, table: Path = TABLE) -> None:
    """Write the record, and the page made of it."""
    facts = {store: asdict(seen[store]) for store in STORES if store in seen}
    record.write_text(json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    table.write_text(rendered(seen))


def rendered(seen: Mapping[str, Seen]) -> str:
    """Return the page."""
    stores = [store for store in STORES if store in seen]
    lines = [
        _row("", *stores, AWS),
        "|---" * (len(stores) + 2) + "|",
        _row("version", *(seen[store].version for store in stores), "by its documentation"),
        _row("date of the run", *(seen[store].date for store in stores), "none"),
        *(_row(f"`{name}`", *cells) for name, cells in _checks(seen, stores)),
        *(_row(what, *cells) for what, cells in _groups(seen, stores)),
    ]
    return HEAD + "\n".join([*lines, *_failures(seen, stores)]) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _checks(seen: Mapping[str, Seen], stores: list[str]) -> Iterator[tuple[str, list[str]]]:
    # Whichever stores were asked this time, the page keeps its order.
    for name in sorted({name for store in stores for name in seen[store].checks}):
        yield name, [*(_check(seen[store], name) for store in stores), DOCUMENTED.get(name, "")]


def _check(seen: Seen, name: str) -> str:
    result, finding = seen.checks.get(name, ("", ""))
    if result in ("", "ok"):
        return result or "not made"
    return f"{'note' if result == 'note' else f'**{result}**'}: {finding}"


def _groups(seen: Mapping[str, Seen], stores: list[str]) -> Iterator[tuple[str, list[str]]]:
    for group, what in GROUPS.items():
        made = [seen[store].tests.get(group, {}) for store in stores]
        if any(made):
            yield f"tests: {what}", [*map(_count, made), ""]


def _count(outcomes: Mapping[str, str]) -> str:
    passed = sum(outcome == "passed" for outcome in outcomes.values())
    count = f"{passed} of {len(outcomes)}"
    return "not run" if not outcomes else count if passed == len(outcomes) else f"**{count}**"


def _failures(seen: Mapping[str, Seen], stores: list[str]) -> Iterator[str]:
    for store in stores:
        tests = [one for outcomes in seen[store].tests.values() for one in outcomes.items()]
        failed = sorted(name for name, outcome in tests if outcome != "passed")
        if failed:
            yield f"\n## What {store} does not pass\n"
            yield from (f"- `{name}`" for name in failed)
