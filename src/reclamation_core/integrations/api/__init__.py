"""The cases and plans as plain data over HTTP, whatever the web framework.

`Api` answers a request with a desk; `integrations.fastapi` and `integrations.django` bring it into an application.
"""

from __future__ import annotations

from reclamation_core.integrations.api.application import Api
from reclamation_core.integrations.api.requests import ApiRequest, ApiResponse
from reclamation_core.integrations.api.routes import ROUTES, Route

__all__ = ["ROUTES", "Api", "ApiRequest", "ApiResponse", "Route"]
