"""Tests of the application, as a project of Django has them.

`python -m examples.django_app test examples.django_app.tests` runs them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.test import TestCase

from examples.django_app.models import Ticket
from examples.django_app.seed import create_people
from reclamation_core.integrations.django.models import CaseRow
from reclamation_core.integrations.django.testing import ReclamationTestMixin

TICKET = {"subject": "Panne", "received_at": "2026-06-01", "received_time": "09:30", "site": "METZ", "verbatim": "-"}


class TicketTests(ReclamationTestMixin, TestCase):
    """A ticket and its complaint are one."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Create the users."""
        create_people(password=None)

    def setUp(self) -> None:
        """Log in as the handling unit of Metz."""
        self.client.force_login(get_user_model().objects.get(username="metz"))

    def test_a_ticket_opens_a_complaint(self) -> None:
        """The ticket refers to the case, and its author is led to the board."""
        answer = self.client.post("/tickets/new", TICKET)
        ticket = Ticket.objects.get()
        self.assertRedirects(answer, f"/reclamations/dossiers/{ticket.case_id}")
        self.assertContains(self.client.get("/tickets/"), ticket.case_id)
        self.assertEqual(CaseRow.objects.get(dossier=ticket.case_id).centre, "METZ")

    def test_a_program_reads_the_complaint_of_a_ticket(self) -> None:
        """The API has the cases of the user's site."""
        self.client.post("/tickets/new", TICKET)
        cases = self.client.get("/api/cases").json()["summaries"]
        self.assertEqual([case["reference"] for case in cases], [Ticket.objects.get().case_id])

    def test_a_ticket_that_is_refused_opens_no_complaint(self) -> None:
        """The page names what is wrong in either form."""
        for wrong in (
            {"subject": ""},
            {"received_at": "hier"},
            {"site": "NOWHERE"},
            {"site": "DINAN"},
            {"verbatim": "\0"},
        ):
            with self.subTest(wrong):
                answer = self.client.post("/tickets/new", TICKET | wrong)
                self.assertContains(answer, "errorlist")
                self.assertEqual((Ticket.objects.count(), CaseRow.objects.count()), (0, 0))

    def test_a_ticket_that_fails_takes_its_complaint_with_it(self) -> None:
        """Both are in one transaction."""
        with patch.object(Ticket.objects, "create", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            self.client.post("/tickets/new", TICKET)
        self.assertEqual(CaseRow.objects.count(), 0)

    def test_a_desk_of_a_test_has_a_clock(self) -> None:
        """What a test needs is prepared by a desk, at an instant of its own."""
        self.assertEqual(self.desk(datetime(2026, 6, 1, 9, tzinfo=UTC)).cases.count(), 0)

    def test_a_person_logs_out_of_the_board(self) -> None:
        """Each page of the board has a button for it, which leads to the log-in."""
        self.assertContains(self.client.get("/reclamations/"), '<form method="post" action="/accounts/logout/">')
        self.assertRedirects(self.client.post("/accounts/logout/"), "/accounts/login/")
        self.assertRedirects(self.client.get("/reclamations/"), "/accounts/login/?next=/reclamations/")
