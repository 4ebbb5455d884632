"""How MongoDB would answer what was asked of it: by which index, and whether it sorts."""

from collections.abc import Iterator, Sequence
from typing import Any

from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent


class Commands(CommandListener):
    """Notes the questions and changes that are sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate", "update", "delete", "findAndModify"):
            self.sent.append(dict(event.command))

    def succeeded(self, event: object) -> None:
        return

    def failed(self, event: object) -> None:
        return


def explain(
    database: Database[dict[str, Any]], commands: Sequence[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each question and change with MongoDB's plan for it, as run."""
    asked = [one for command in commands for one in _explainable(command)]
    return [(one, database.command("explain", one, verbosity="executionStats")) for one in asked]


def _explainable(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the commands that MongoDB can explain, one for each update."""
    fields = {
        "find",
        "aggregate",
        "pipeline",
        "cursor",
        "hint",
        "filter",
        "sort",
        "limit",
        "findAndModify",
        "query",
        "remove",
        "update",
        "updates",
        "delete",
        "deletes",
    }
    asked = {name: value for name, value in command.items() if name in fields or name in ("upsert", "new")}
    lists = next((name for name in ("updates", "deletes") if name in asked), None)
    for one in asked[lists] if lists else [None]:
        yield {**asked, lists: [one]} if lists else asked


def stages_of(plan: Any) -> Iterator[str]:
    """Yield the stages of a plan."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan["stage"]
        for value in plan.values():
            yield from stages_of(value)
    elif isinstance(plan, list):
        for value in plan:
            yield from stages_of(value)


def winning_stages(explained: Any) -> Iterator[str]:
    """Yield the stages of the plan that MongoDB chose, also where an aggregation has it further below."""
    if isinstance(explained, dict):
        if "winningPlan" in explained:
            yield from stages_of(explained["winningPlan"])
        else:
            for value in explained.values():
                yield from winning_stages(value)
    elif isinstance(explained, list):
        for value in explained:
            yield from winning_stages(value)
