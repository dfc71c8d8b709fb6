"""Events of plans, and plans, as documents: strict both ways.

A happening says its `type`; a text is its string, or `{"digest": ...}` once it is sealed. The texts themselves are no
part of these documents: they are kept apart, to be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.cases.plans import happenings as h
from reclamation_core.cases.plans.event import PlanEvent
from reclamation_core.cases.plans.plan import Pgaac
from reclamation_core.cases.plans.scope import PlanScope
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.cases.texts import Text
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.wording import Wording

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs

TYPES: Mapping[str, type[Any]] = {
    "action_added": h.ActionAdded,
    "action_amended": h.ActionAmended,
    "action_progressed": h.ActionProgressed,
    "action_done": h.ActionDone,
    "action_judged": h.ActionJudged,
    "follow_up_named": h.FollowUpNamed,
    "action_closed": h.ActionClosed,
    "action_abandoned": h.ActionAbandoned,
    "action_reopened": h.ActionReopened,
    "texts_forgotten": h.TextsForgotten,
    "edition_published": h.EditionPublished,
}
"""What a document calls each happening; the names stay."""

_NAMES = {cls: name for name, cls in TYPES.items()}


@attrs.frozen(kw_only=True)
class _PlanDocument:
    scope: PlanScope
    events: tuple[PlanEvent, ...]


def configure_plans(converter: cattrs.Converter) -> None:
    """Teach a strict converter what happens to plans, and their texts."""
    _configure_texts(converter)

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise _refusal("", value, "un objet est attendu", "an object is expected")
        name = value.get("type", ABSENT)
        cls = TYPES.get(name) if isinstance(name, str) else None
        if cls is None:
            names = ", ".join(TYPES)
            raise _refusal("type", name, f"un de ces types est attendu : {names}", f"one of these types: {names}")
        return converter.structure({key: given for key, given in value.items() if key != "type"}, cls)

    def write(data: Any) -> dict[str, Any]:
        return {"type": _NAMES[type(data)], **converter.unstructure(data, type(data))}

    converter.register_structure_hook(h.PlanHappening, read)
    converter.register_unstructure_hook(h.PlanHappening, write)


def _configure_texts(converter: cattrs.Converter) -> None:
    def read(value: Any, _: Any) -> Text:
        return converter.structure(value, Commitment) if isinstance(value, Mapping) else converter.structure(value, str)

    converter.register_structure_hook(Text, read)
    converter.register_structure_hook(Text | None, lambda value, asked: None if value is None else read(value, asked))


def _refusal(path: str, value: Any, fr: str, en: str) -> FaultsError:
    return FaultsError((Fault(path, value, Wording(fr, en)),))


@cache
def _converter() -> cattrs.Converter:
    converter = make_converter()
    configure_plans(converter)
    return converter


def event_document(event: PlanEvent) -> dict[str, Any]:
    """An event as plain data."""
    document: dict[str, Any] = _converter().unstructure(event)
    return document


def read_event(document: Any) -> PlanEvent:
    """The event that a document tells.

    Raises:
        FaultsError: with every fault of the document at once, each with its path.
    """
    return structure(_converter(), document, PlanEvent)


def plan_document(plan: Pgaac) -> dict[str, Any]:
    """A plan as plain data: whose it is, and its events; everything else follows from them."""
    document: dict[str, Any] = _converter().unstructure(_PlanDocument(scope=plan.scope, events=plan.events))
    return document


def read_plan(document: Any, vault: Vault | None = None) -> Pgaac:
    """The plan that a document tells.

    Raises:
        FaultsError: with every fault of the document at once, each with its path.
        PlanStoryError: the events make no story.
    """
    read = structure(_converter(), document, _PlanDocument)
    return Pgaac.from_events(read.scope, read.events, vault)
