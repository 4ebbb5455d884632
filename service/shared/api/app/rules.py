"""The routes of the app, which match addresses and build none."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class MatchingRule(Rule):
    """A route that compiles what builds its address when an address is built, which the service never does.

    Werkzeug compiles it for each route at the start, which takes most of the time in which an app is made.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_builder = super()._compile_builder

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compile_builder(append_unknown)(rule, **values)

        return build
