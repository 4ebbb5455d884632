"""The base of what clients send, as JSON or in the address."""

import re
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from service.shared.errors import MAX_FIELD_ERRORS

ID_PATTERN = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
UploadId = Annotated[str, Field(pattern=ID_PATTERN, description="A ULID.")]
MAX_PAGE = 200
MAX_CURSOR = 2000  # one of a list by title carries the title, twelve bytes a character at worst, in base64
MAX_NAME = 3000  # longer than any key or file name, whose own errors say more; two fit a request line of 8190 bytes
MAX_URLS = 1000  # in one answer: about 600 KB
MAX_ETAG = 200
CONTENT_TYPE_PATTERN = r"^[a-z0-9.+-]{1,80}/([a-z0-9.+-]{1,80}|\*)$"
MAX_SIZES = 100
# In one value: no parameter may be given twice. Each below 10**15, which no store takes in one object.
SIZES_PATTERN = rf"^(0|[1-9][0-9]{{0,14}})(,(0|[1-9][0-9]{{0,14}})){{0,{MAX_SIZES - 1}}}$"
MAX_BATCH = 1000  # rows of one request


class Body(BaseModel):
    """Base of what a client sends as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_mostly_known(cls, value: object) -> object:
        """Count unknown fields first, because each would be an error of its own, and a list may hold many objects."""
        if cls.model_config.get("extra") == "forbid" and isinstance(value, dict):
            unknown = len(value.keys() - cls.model_fields)
            if unknown > MAX_FIELD_ERRORS:
                raise ValueError(f"holds {unknown} fields that are not known")
        return value


class Params(BaseModel):
    """Base of what a client sends in the address."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    @cache
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # same calls
        """Return the schema, made once: flask-openapi3 asks for it on every request, and making it takes longer."""
        return super().model_json_schema(*args, **kwargs)


_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


def _in_digits(value: object) -> object:
    # pydantic takes 1.0, 1_0, +1 and a space beside it for integers too.
    if isinstance(value, str) and not _INTEGER.fullmatch(value):
        raise ValueError("must be a whole number, in digits")
    return value


# An integer as an address holds it.
Integer = Annotated[int, BeforeValidator(_in_digits)]


class PageQuery(Params):
    limit: Integer = Field(50, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=MAX_CURSOR, description="`next_cursor` of the previous page.")
