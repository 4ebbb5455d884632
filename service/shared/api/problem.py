"""The JSON of an error."""

from pydantic import BaseModel, Field
from pydantic.config import JsonDict

from service.shared.errors import MoodropError


def catalogue(kind: type[MoodropError] = MoodropError) -> set[type[MoodropError]]:
    """Return all errors of that kind, without the kind itself."""
    return {each for child in kind.__subclasses__() for each in (child, *catalogue(child))}


def _list_codes(schema: JsonDict) -> None:
    """Add every code to the field's schema, which is made once every house has defined its errors."""
    schema["enum"] = [*sorted({kind.code for kind in catalogue()})]


class ProblemField(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """Every error (RFC 9457). `error` and `message` repeat `detail` for clients that look there."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(
        description="Stable: programs may switch on it. A newer service may have more.",
        json_schema_extra=_list_codes,
    )
    hint: str
    retryable: bool
    errors: list[ProblemField] = Field(default_factory=list)
    request_id: str
    error: str
    message: str
