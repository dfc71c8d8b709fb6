"""The page on the routes of the API, from their declarations."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from urllib.parse import urlencode

from reclamation_core.integrations.api.routes import ROUTES, Route

_INTRODUCTION = """# Routes of the API

The routes below the prefix of [a FastAPI application](../how-to/build-on-fastapi.md#the-routes) and of [a Django
project](../how-to/build-on-django.md#the-api). `openapi.json` describes the same, with the schemas of the documents
and examples. Lists are also filtered by the [facts of an edition](../how-to/facts-of-your-own.md), as
`own_session=S-2026-14`.

`GET /health` answers while the process is alive; `GET /ready` if the database answers within 1.5 seconds, else with
503.
"""


def _parameters(route: Route) -> Iterator[str]:
    for name, parameter, default in route.arguments.each():
        if parameter.place == "query":
            notes = ["required"] * (default is inspect.Parameter.empty) + ["may be repeated"] * parameter.is_many
            what = "; ".join([parameter.en, *notes])
            example = parameter.example
            if isinstance(example, bool):
                example = str(example).lower()
            yield f"| `{name}` | {what} | `?{urlencode({name: example}, doseq=True)}` |"


def _route(route: Route) -> Iterator[str]:
    yield from (f"## {route.method} {route.template}", "", f"{route.en}.")
    if sent := route.command or route.body:
        yield f"The body is a document `{sent}`."
    if route.takes_file:
        yield "The body is a form (`multipart/form-data`) with a file."
    if route.has_tag:
        yield "The answer has an `ETag`."
    if rows := list(_parameters(route)):
        yield from ("", "| parameter | what | example |", "|---|---|---|", *rows)
    yield ""


def pages() -> dict[str, str]:
    """The page on the routes."""
    lines = [_INTRODUCTION]
    for route in ROUTES:
        lines += _route(route)
    return {"reference/routes.md": "\n".join(lines)}
