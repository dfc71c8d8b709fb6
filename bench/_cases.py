"""Invented cases: each is recorded on a desk in memory, then replayed under any number of references."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

from reclamation_core import Channel, ClientScope, Complainant, ComplaintFacts, Nature, Requirement
from reclamation_core.cases import Case, SupportKind
from reclamation_core.desk import Desk

_WORDS: Final = "Bonjour, je n'ai pas reçu de réponse à ma demande du mois dernier ; merci de faire le nécessaire."


class _Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def facts_of(received_at: datetime) -> ComplaintFacts:
    return ComplaintFacts(
        received_at=received_at,
        channel=Channel.EMAIL,
        formal=True,
        complainant=Complainant.TRAINEE,
        nature=Nature.GRIEVANCE,
        requirement=Requirement.CONTRACTUAL,
        sold_service=True,
        client_scope=ClientScope.LOCAL,
    )


def lived(events: int, received_at: datetime = datetime(2026, 6, 1, 9, tzinfo=UTC)) -> Case:
    """A case of one event, or of five."""
    desk = Desk.in_memory(clock=_Clock(received_at + timedelta(hours=8)))
    case = desk.register(
        facts_of(received_at), site="CRE", service_sites=("STD",), complainant="Mme Durand", verbatim=_WORDS
    )
    acts: list[Callable[[str], Case]] = [
        desk.acknowledge,
        lambda reference: desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel"),
        lambda reference: desk.contain(reference, measure="un remplaçant est venu"),
        lambda reference: desk.qualify(
            reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0
        ),
    ]
    for act in acts[: events - 1]:
        case = act(case.reference)
    return case


def replay(case: Case, start: int = 1) -> Iterator[Case]:
    """The same case again and again, each time under a reference and from a message of its own."""
    for number in itertools.count(start):
        reference = f"R-2026-{number:08d}"
        opened = attrs.evolve(case.registration, source=f"bench:{number}")
        first = attrs.evolve(case.events[0], case=reference, data=opened)
        later = (attrs.evolve(event, case=reference) for event in case.events[1:])
        yield Case.from_events((first, *later), case.vault)
