"""`flask --app service user import`: reads the users of another service, a line of JSON each."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO

import click
from pydantic import Field, ValidationError, field_validator

from service.accounts.api.auth_schemas import EmailText, NameText
from service.accounts.ports import Ports
from service.accounts.usecases.admin.imports import ImportedUser, import_user
from service.shared.api.field_messages import message_of
from service.shared.api.json_bodies import read_json
from service.shared.api.schemas import Body
from service.shared.errors import BadRequest, Conflict, Invalid
from service.shared.model import LINE

MAX_LINE_BYTES = 16_384


class ImportLine(Body):
    """A line of the file."""

    email: EmailText
    verified: bool
    name: NameText | None = None
    password_hash: Annotated[str, Field(min_length=1, max_length=512, pattern=LINE)] | None = None
    id: Annotated[str, Field(min_length=1, max_length=255, pattern=LINE)] | None = None

    @field_validator("verified")
    @classmethod
    def _is_verified(cls, value: bool) -> bool:
        if not value:  # there are no unverified users
            raise ValueError("must be true")
        return value


def import_users(ports: Ports, file: BinaryIO) -> bool:
    """Import each line, report each one that is refused, and return whether all were taken.

    A report never shows what a line contains: it has hashes. Raises Unavailable if the database is down.
    """
    counts = {"imported": 0, "unchanged": 0, "refused": 0}
    for number, line in _lines(file):
        try:
            outcome: str = import_user(ports, _read(line))
        except (BadRequest, Conflict, Invalid) as error:
            why = error.detail.replace("the body", "the line")
            click.echo(f"line {number}: {why} ({error.code})", err=True)
            outcome = "refused"
        except ValidationError as error:
            click.echo(f"line {number}: {_reasons(error)} (validation_failed)", err=True)
            outcome = "refused"
        counts[outcome] += 1
    click.echo(", ".join(f"{outcome} {count}" for outcome, count in counts.items()))
    return counts["refused"] == 0


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank with its number; of a line that is too long, only the beginning."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) > MAX_LINE_BYTES:
            rest = file.readline(MAX_LINE_BYTES + 1)
        if line.strip():
            yield number, line


def _read(line: bytes) -> ImportedUser:
    if len(line) > MAX_LINE_BYTES:
        raise BadRequest(f"the line has more than {MAX_LINE_BYTES} bytes")
    row = ImportLine.model_validate(read_json(line))
    return ImportedUser(row.email, row.password_hash, row.name, row.id)


def _reasons(error: ValidationError) -> str:
    """Return what is wrong with the fields. Unknown ones are not named: a mistyped line may have a hash for a name."""
    reasons = []
    for each in error.errors(include_input=False, include_url=False):
        name = str(each["loc"][0]) if each["loc"] else "the line"
        reasons.append(f"{name if name in ImportLine.model_fields else 'an unknown field'} {message_of(each)}")
    return "; ".join(dict.fromkeys(reasons))
