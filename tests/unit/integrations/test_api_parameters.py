"""Every parameter of a query changes what a route asks of the desk, or what it answers."""

import re
from collections.abc import Mapping
from contextlib import suppress
from inspect import Parameter
from typing import Any
from unittest.mock import MagicMock

from reclamation_core.integrations.api import ApiRequest
from reclamation_core.integrations.api.parameters import RouteParameter
from reclamation_core.integrations.api.routes import ROUTES, ApiCall, ApiOptions, Route


def another(parameter: RouteParameter, default: Any) -> list[str]:
    """A value other than the default, as a request has it."""
    some = [*reversed(parameter.kind.schema.get("enum", ())), parameter.example, 7, True, False]
    found = next(one for one in some if str(one) != str(default))
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in ([found], found)[type(found) is list]]


def asked(route: Route, given: Mapping[str, list[str]]) -> str:
    """The calls of a desk, and the answer, which few results of a double allow."""
    desk, answer = MagicMock(), None
    with suppress(Exception):
        call = ApiCall(desk, ApiRequest(method=route.method, path="/"), ApiOptions())
        answer = route.handler(call, **route.arguments.read(given))
    return re.sub(r"id='\d+'|0x\w+", "", f"{desk.mock_calls} {answer}")


def test_every_parameter_of_a_query_has_an_effect() -> None:
    without_effect = []
    for route in (one for one in ROUTES if one.method == "GET"):
        values = {name: (another(one, default), default) for name, one, default in route.arguments.each()}
        needed = {name: value for name, (value, default) in values.items() if default is Parameter.empty}
        plain = asked(route, needed)
        same = [name for name, (value, _) in values.items() if asked(route, {**needed, name: value}) == plain]
        without_effect += [(route.template, name) for name in same if name not in needed]
    assert without_effect == []
