"""Events of cases, and cases, as documents: strict both ways.

A happening and facts say their `type` and `version`; a text is `{"digest": ...}`, and is kept apart.
"""

from __future__ import annotations

from typing import Any

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.checks import some
from reclamation_core.cases.documents.happenings import FACTS, HAPPENINGS
from reclamation_core.cases.documents.texts import SEALED_TEXTS
from reclamation_core.cases.event import RecordedEvent
from reclamation_core.cases.happenings import Facts
from reclamation_core.cases.sealed import Vault
from reclamation_core.documents import Codec, Variants, redact_misplaced


@attrs.frozen(kw_only=True)
class CaseDocument:
    """A case (dossier): its reference and its events; everything else follows from them."""

    reference: str
    events: tuple[RecordedEvent, ...] = attrs.field(validator=some)

    @events.validator
    def _of_this_case(self, attribute: attrs.Attribute[Any], events: tuple[RecordedEvent, ...]) -> None:
        for event in events:
            if event.case != self.reference:
                raise ValueError(
                    f"{attribute.name}: event {event.number} is of case {event.case!r}, not {self.reference!r}"
                )


CASES = Variants(annotation=CaseDocument, classes={"case": CaseDocument})
CODEC = Codec((HAPPENINGS, FACTS, CASES), encodings=(SEALED_TEXTS,), redact=redact_misplaced)
"""Writes and reads what a story is told in."""


def event_document(event: RecordedEvent) -> dict[str, Any]:
    """An event as plain data."""
    document: dict[str, Any] = CODEC.write(event)
    return document


def read_event(document: Any) -> RecordedEvent:
    """The event that a document tells, its happening lifted to the current version where it is older.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
    """
    return CODEC.read(document, RecordedEvent)


def facts_document(facts: Facts) -> dict[str, Any]:
    """The facts of a complaint or of a malfunction as plain data."""
    document: dict[str, Any] = CODEC.write(facts)
    return document


def read_facts(document: Any) -> Facts:
    """The facts that a document tells.

    Raises:
        FaultsError: with every fault of the document at once, each with its path.
    """
    return CODEC.read(document, Facts)  # type: ignore[arg-type]


def case_document(case: Case) -> dict[str, Any]:
    """A case as plain data: its reference, and its events; everything else follows from them."""
    document: dict[str, Any] = CODEC.write(CaseDocument(reference=case.reference, events=case.events))
    return document


def read_case(document: Any, vault: Vault | None = None) -> Case:
    """The case that a document tells.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
        EventStreamError: the events make no story.
    """
    return Case.from_events(CODEC.read(document, CaseDocument).events, vault)
