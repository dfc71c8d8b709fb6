"""Events of plans, and plans, as documents: strict both ways.

An event has a `type` and a `version`; a text is `{"digest": ...}`, and is stored apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from reclamation_core.cases.documents import SEALED_TEXTS
from reclamation_core.cases.journal import WrittenEventStream, chained
from reclamation_core.cases.references import PlanScope
from reclamation_core.cases.texts import Vault
from reclamation_core.documents import canonical_json
from reclamation_core.documents.codec import Codec, Variants
from reclamation_core.documents.faults import redact_misplaced
from reclamation_core.plans.events import PLAN_EVENTS, PlanEvent, RecordedPlanEvent
from reclamation_core.plans.plan import Pgaac
from reclamation_core.shared_repr import SharedRepr


@attrs.frozen(kw_only=True)
class PlanDocument(SharedRepr):
    """A plan (PGAAC): whose it is and its events; everything else follows from them."""

    scope: PlanScope
    events: tuple[RecordedPlanEvent, ...]


EVENTS = PLAN_EVENTS.variants(PlanEvent)
PLANS = Variants(annotation=PlanDocument, classes={"plan": PlanDocument})
CODEC = Codec((EVENTS, PLANS), encodings=(SEALED_TEXTS,), redact=redact_misplaced)
"""Write and read the documents of plans and of their events."""


def event_document(event: RecordedPlanEvent) -> dict[str, Any]:
    """An event as plain data."""
    return CODEC.write(event)


def read_event(document: object) -> RecordedPlanEvent:
    """Return the event of a document, upcast to the current version if it is older.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
    """
    return CODEC.read(document, RecordedPlanEvent)


def plan_document(plan: Pgaac) -> dict[str, Any]:
    """A plan as plain data: whose it is, and its events; everything else follows from them."""
    return CODEC.write(PlanDocument(scope=plan.scope, events=plan.events))


def read_plan(document: object, vault: Vault | None = None) -> Pgaac:
    """Return the plan of a document.

    Raises:
        FaultsError: with every fault of the document at once, each with its path; none shows a text in clear.
        PlanEventStreamError: the events make no history.
    """
    read = CODEC.read(document, PlanDocument)
    return Pgaac.from_events(read.scope, read.events, vault)


def written_plan(scope: str, events: Iterable[RecordedPlanEvent]) -> WrittenEventStream:
    """Return the events of a plan, by the key of its scope, as they are to be written."""
    return chained(scope, [canonical_json(event_document(event)) for event in events])
