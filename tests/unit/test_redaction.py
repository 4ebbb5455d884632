"""What is a permission by itself is cut out of what is shown and logged."""

import logging

import pytest

from service.gunicorn_logger import hide_tokens
from service.redaction import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/u/aaa.bbb.ccc/s3/params", "/u/…/s3/params"),
        ("//u/aaa.bbb.ccc//s3/params?filename=a", "//u/…//s3/params?filename=a"),
        ("GET /u/aaa.bbb.ccc HTTP/1.1", "GET /u/… HTTP/1.1"),
        ("Invalid HTTP request line: 'GET /u/aaa.bbb.ccc'", "Invalid HTTP request line: 'GET /u/…'"),
        ("http://host/u/aaa?x=1 and /u/bbb/", "http://host/u/…?x=1 and /u/…/"),
        ("/s3/calls/aaa.bbb", "/s3/calls/…"),
        ("/v1/uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S", "/v1/uploads/01JD8ZK3V0X5W9QH2M4N6P7R8S"),
        ("/u/", "/u/"),
    ],
)
def test_the_secret_of_an_address_is_cut_out(text: str, shown: str) -> None:
    """And nothing else."""
    assert redacted(text) == shown


@pytest.mark.parametrize("args", [("GET", "/u/aaa.bbb/s3"), ({"r": "/u/aaa.bbb/s3"},)])
def test_a_record_is_redacted_whole(args: tuple[object, ...]) -> None:
    """Whether the secret stands in its text or in what is put into it, by place or by name."""
    text = "%(r)s" if isinstance(args[0], dict) else "%s %s"
    record = logging.makeLogRecord({"msg": "/u/ccc " + text, "args": args[0] if len(args) == 1 else args})

    assert hide_tokens(record)
    assert record.getMessage().endswith("/u/…/s3")
    assert "ccc" not in record.getMessage()
