"""The client of the JSON API handles a whole complaint, in at most sixty lines; `django_life.py` runs it on Django."""

from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from examples import api_client
from reclamation_core import Desk
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.integrations.fastapi import reclamation_router
from reclamation_core.vocabulary import Role
from tests.asgi import AsgiClient
from tests.unit.desk.factories import SITES

MOST = 60


def send(application: FastAPI, method: str, path: str, **content: object) -> httpx.Response:
    return AsgiClient(application).request(method, f"/api/{path}", **content)


def test_a_client_of_sixty_lines_brings_a_complaint_to_its_closing(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk.in_memory(sites=SITES, taxonomy=TRAINING_BODY).acting("Mme Roux", Role.RQR)
    application = FastAPI()
    application.include_router(reclamation_router(lambda: desk), prefix="/api")

    (case,) = api_client.live(partial(send, application), "CRE")

    assert (case["state"], desk.cases.get(case["reference"]).state.value) == ("closed", "closed")
    *steps, work = capsys.readouterr().out.splitlines()
    assert len(steps) == len(api_client.ACTS)
    assert "accuser réception" in steps[0]
    assert steps[-1].endswith("['clôturer']")
    assert "accusés de réception" in work, work
    assert len(Path(api_client.__file__).read_text(encoding="utf-8").splitlines()) <= MOST
    with pytest.raises(ValueError, match="R-2026-000009"):
        api_client.live(lambda *_, **__: send(application, "GET", "cases/R-2026-000009"), "CRE")
