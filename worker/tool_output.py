"""Reads what a tool of `worker/tools` answered, or why it made nothing."""

import json
from collections.abc import Mapping
from typing import Any, Literal, get_args

from worker.outcome import Outcome, Reason, shorten

REFUSED = 3  # the exit code of a tool that gives a reason
ToolReason = Literal["not_media", "too_large", "encrypted", "out_of_memory"]


class ToolRefused(Exception):
    """A tool made nothing; `reason` is a code, `detail` at most 500 characters for a person."""

    def __init__(self, reason: Reason | ToolReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def read_output(outcome: Outcome) -> Mapping[str, Any]:
    """Return the JSON object that a tool printed. Raises ToolRefused.

    The tool has read hostile bytes, so its answer may be anything: check it against a model.
    """
    answer = _load(outcome.stdout)
    if outcome.exit_code == REFUSED and answer.get("reason") in get_args(ToolReason):
        raise ToolRefused(answer["reason"], shorten(str(answer.get("detail", ""))))
    if outcome.reason is not None:
        raise ToolRefused(outcome.reason, outcome.detail)
    if not answer:
        raise ToolRefused("crashed", "no answer")
    return answer


def _load(stdout: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(stdout)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
