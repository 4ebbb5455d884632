"""Routes that match addresses, and build them only when they are asked to."""

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from service.app import create_app
from service.ports import Ports
from service.settings import Settings
from service.shared.api.app.rules import MatchingRule

ROUTES = {"/files": {}, "/files/<file_id>": {"file_id": "a b"}, "/pages/<int:number>/": {"number": 7}}


@pytest.mark.parametrize(("path", "values"), ROUTES.items())
def test_an_address_is_built_as_by_any_other_route(path: str, values: dict[str, object]) -> None:
    """An extension may build one, as Flask's own redirects do."""
    built = [
        Map([kind(path, endpoint="it")]).bind("moodrop.test").build("it", values | {"q": "ä"})
        for kind in (Rule, MatchingRule)
    ]

    assert built[0] == built[1]


def test_the_app_compiles_no_address(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doing so for each route is most of the time in which an app is made."""
    compiled: list[Rule] = []
    monkeypatch.setattr(Rule, "_compile_builder", lambda rule, _: compiled.append(rule))

    app = create_app(Settings(auth_mode="open"), ports)

    assert isinstance(app, Flask)
    assert len(list(app.url_map.iter_rules())) > 100
    assert compiled == []
