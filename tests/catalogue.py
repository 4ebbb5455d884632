"""The error catalogue of the whole service: every house adds its own errors to the kinds in `shared`."""

import importlib
from pathlib import Path

from service.shared.api.problem import catalogue
from service.shared.errors import MoodropError

ROOT = Path(__file__).parent.parent
# An error is known as soon as its module is loaded.
MODULES = tuple(
    importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for path in sorted(ROOT.glob("service/*/errors.py"))
)
KINDS = MoodropError.__subclasses__()
CATALOGUE = sorted(catalogue(), key=lambda kind: kind.code)
