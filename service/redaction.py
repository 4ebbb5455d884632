"""Addresses that are permissions themselves, made fit to be shown and logged."""

import re

# Upload tokens, and the addresses of single calls that are given out signed.
_SECRET = re.compile(r"(/u/|/s3/calls/)[^/\s?#'\"]+")


def redacted(text: str) -> str:
    """The text without the secrets of the addresses in it."""
    return _SECRET.sub(r"\1…", text)
