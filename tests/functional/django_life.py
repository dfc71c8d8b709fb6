"""A life on the example with Django, by its client: from a ticket to the published plan, over the forms of the board.

`test_example_django.py` runs it in a process of its own, since a process has one Django.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, TestCase

from examples.api_client import live
from examples.django_app.models import Ticket
from examples.django_app.seed import create_people
from reclamation_core.integrations.django.models import CaseRow, EventRow, PublishedActionRow
from tests.typography import plain
from tests.unit.integrations.browser import ACTION_FORMS, Page, complaint_forms

NOW = datetime.now(UTC)
SOON, LATER = (str((NOW + timedelta(days=days)).date()) for days in (20, 30))
TICKET = {
    "subject": "Pas de formateur",
    "received_at": f"{NOW - timedelta(days=3):%Y-%m-%dT09:30}",
    "site": "METZ",
    "verbatim": "Personne.",
    "channel": "email",
    "formal": "true",
}
LIFE = complaint_forms("METZ", SOON, LATER)


class LifeTests(TestCase):
    """People of three sites and of the quality service."""

    @classmethod
    def setUpTestData(cls) -> None:
        create_people(password=None)

    def as_person(self, login: str) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(username=login))
        return client

    def page(self, client: Client, address: str) -> Page:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content.decode()
        return Page(plain(answer.content.decode()))

    def submit(self, client: Client, address: str, **entered: Any) -> Page:
        page = self.page(client, address)
        assert entered.keys() <= page.fields.keys(), page.fields.keys()
        answer = client.post(urlsplit(page.action).path, page.fields | entered)
        reasons = re.findall('class="refused".*?</div>', answer.content.decode(), re.DOTALL)
        assert answer.status_code == 303, (address, answer.status_code, reasons)
        return self.page(client, answer["Location"])

    def test_a_complaint_lives_to_the_published_plan_over_the_boards_forms(self) -> None:
        metz, rqr = self.as_person("metz"), self.as_person("rqr")
        case = metz.post("/tickets/new", TICKET)["Location"]
        reference = case.rpartition("/")[2]
        for command, entered in LIFE:
            self.submit(metz, f"{case}/actes/{command}", **entered)
        for command, entered in ACTION_FORMS:
            self.submit(metz, f"/reclamations/pgaac/site%3AMETZ/actions/A-1/{command}", **entered)
        self.submit(metz, f"{case}/actes/close", reason="answered")
        self.submit(rqr, "/reclamations/pgaac/site%3AMETZ/actes/publish")

        assert Ticket.objects.get().case_id == reference
        row = CaseRow.objects.get(dossier=reference)
        assert row.etat == "clos"
        assert EventRow.objects.filter(dossier=row).count() == len(LIFE) + 2
        assert PublishedActionRow.objects.get().numero == "A-1"
        listed = rqr.get("/reclamations/registre.csv")
        assert listed["Content-Disposition"].startswith("attachment")
        assert reference in b"".join(listed.streaming_content).decode("utf-8-sig")
        calendar = rqr.get("/reclamations/echeances.ics")
        assert b"".join(calendar.streaming_content).startswith(b"BEGIN:VCALENDAR")

    def test_a_client_of_the_api_brings_a_complaint_to_its_closing(self) -> None:
        cookies = {"sessionid": self.as_person("metz").cookies["sessionid"].value}
        transport = httpx.WSGITransport(WSGIHandler())
        with httpx.Client(transport=transport, base_url="http://testserver/api/", cookies=cookies) as api:
            (case,) = live(api.request, "METZ")
        assert case["state"] == "closed"

    def test_a_person_sees_the_cases_of_the_sites_of_the_role_alone(self) -> None:
        case = self.as_person("metz").post("/tickets/new", TICKET)["Location"]
        seen = {
            login: self.as_person(login).get(case).status_code for login in ("metz", "dinan", "valence", "rqr", "aq")
        }
        assert seen == {"metz": 200, "dinan": 404, "valence": 404, "rqr": 200, "aq": 200}
        paul = self.as_person("rqr")
        switched = paul.post(
            "/reclamations/role", {"role": "handling_unit", "suite": case.removeprefix("/reclamations")}
        )
        assert (switched.status_code, switched["Location"]) == (303, case)
        assert paul.get(case).status_code == 404
