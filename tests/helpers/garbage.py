"""Keeps the garbage collector away from what collecting the tests made: three quarters of a million objects that stay.

Looking through all of them takes half a second of the processor, and comes once in forty tests.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
