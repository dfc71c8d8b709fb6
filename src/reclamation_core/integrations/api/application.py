"""The API: the response to each request, of a desk that acts for a person."""

from __future__ import annotations

import re
from typing import Any

import attrs

from reclamation_core.desk import Desk
from reclamation_core.integrations.api.openapi import add_components, described
from reclamation_core.integrations.api.requests import ApiRequest, ApiResponse, HttpError
from reclamation_core.integrations.api.routes import ROUTES, ApiOptions, Route
from reclamation_core.policy import Policy, PolicyBook


@attrs.frozen(kw_only=True)
class Api(ApiOptions):
    """The API, with its options."""

    def respond(self, desk: Desk, request: ApiRequest) -> ApiResponse:
        """Return the response to a request; HEAD is answered as GET.

        Raises:
            HttpError: 404, there is no route of this path; 405, it does not have this method.
            FaultsError: a parameter is refused.
            ReclamationError: as of the desk.
        """
        method = "GET" if request.method == "HEAD" else request.method
        found = self.routes(request.path)
        for route, match in found:
            if route.method == method:
                return route.respond(desk, request, match.groupdict(), self)
        if not found:
            raise HttpError(404)
        methods = {route.method for route, _ in found}
        raise HttpError(405, {"Allow": ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))})

    @staticmethod
    def routes(path: str) -> list[tuple[Route, re.Match[str]]]:
        """Return the routes of a path, each with its match."""
        return [(route, match) for route in ROUTES if (match := route.pattern.fullmatch(path))]

    def description(
        self, base: str, *, title: str, version: str, policy: Policy | PolicyBook | None = None
    ) -> dict[str, Any]:
        """Return the description of the API as OpenAPI 3.1 has it.

        Args:
            base: the path at which the API is mounted, without a slash at its end.
            title: its title.
            version: the version of the description.
            policy: the option of the desk: the facts that its editions declare themselves are described.
        """
        paths: dict[str, dict[str, Any]] = {}
        for route in ROUTES:
            operation = {"operationId": route.name, "tags": ["réclamations"], **described(route)}
            operation["responses"] = {str(status): one for status, one in operation["responses"].items()}
            paths.setdefault(base + route.template, {})[route.method.lower()] = operation
        document = {"openapi": "3.1.0", "info": {"title": title, "version": version}, "paths": paths}
        add_components(document, policy)
        return document
