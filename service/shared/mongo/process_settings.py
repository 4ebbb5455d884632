"""Reads the settings of a process from its environment, whichever settings it has."""

import sys
from typing import Any, ClassVar, Self

from pydantic import ValidationError, field_validator

from service.shared.mongo.uri import problem_with
from service.shared.setting_errors import describe
from service.shared.settings import DatabaseSettings


class ProcessSettings(DatabaseSettings):
    """Settings with a database address that the driver accepts."""

    # As its error message names the process.
    process_name: ClassVar[str] = "Moodrop"

    @field_validator("mongodb_uri")
    @classmethod
    def _is_accepted_by_the_driver(cls, value: str) -> str:
        if problem := problem_with(value):
            raise ValueError(problem)
        return value

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings. If some are wrong, print all of them and end the process."""
        try:
            values: dict[str, Any] = {}  # mypy does not see that the environment fills the required ones
            return cls(**values)
        except ValidationError as error:
            sys.exit(f"{cls.process_name} cannot start. These settings are wrong:\n{describe(error)}")
