"""The complaint of the README, and how to change it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 5, 2, 9, 30, tzinfo=PARIS)
CALENDAR = BusinessCalendar.france()
DOMAINS = ("safety", "legal", "contract", "financial", "relation", "training")
NOTHING_TOUCHED = {f"severity_{domain}": 0 for domain in DOMAINS}
KNOWN: dict[str, Any] = {
    "channel": "email",
    "formal": True,
    "complainant": "trainee",
    "nature": "grievance",
    "requirement": "contractual",
    "sold_service": True,
    "client_scope": "local",
    "service_reach": "one_centre",
    "mobilisation": "local",
}


def complaint(**changes: Any) -> ComplaintFacts:
    """The formal, local complaint of a trainee by e-mail, with these facts changed."""
    return ComplaintFacts(**{"received_at": RECEIVED, **KNOWN, **changes})


def unknown_but(**facts: Any) -> ComplaintFacts:
    """A complaint of which only these facts and the time of receipt are known."""
    return ComplaintFacts(**{"received_at": RECEIVED, **facts})


def malfunction(**facts: Any) -> MalfunctionFacts:
    """A malfunction of which only these facts and the time of receipt are known."""
    return MalfunctionFacts(**{"received_at": RECEIVED, **facts})
