"""Checks what the programs of worker/tools print and make. They have read hostile bytes, so nothing is trusted."""

from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from worker.job.errors import JobFailed
from worker.job.job_tools import failed_for
from worker.outcome import Outcome
from worker.tool_output import ToolRefused
from worker.tool_output import read_output as read_json

FileName = Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,40}$")]
Output = TypeVar("Output", bound=BaseModel)


def read_output(outcome: Outcome, model: type[Output]) -> Output:
    """Return the output of a program that did its work. Raises JobFailed with its reason otherwise."""
    try:
        return model.model_validate(read_json(outcome))
    except ToolRefused as error:
        raise failed_for(error.reason, error.detail) from error
    except ValidationError as error:
        raise JobFailed("crashed", "its output cannot be read") from error


def made_file(out: Path, name: str) -> Path:
    """Return a file that a program made. Raises JobFailed if there is none of that name."""
    path = out / name
    if path.is_symlink() or not path.is_file() or path.stat().st_size == 0:
        raise JobFailed("crashed", f"it made no {name}")
    return path
