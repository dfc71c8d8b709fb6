"""Cases brought to a state, on a desk of the test's own or on a new one in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, Method, SupportKind
from reclamation_core.cases.happenings import Facts
from reclamation_core.desk import Desk
from reclamation_core.missing import UNKNOWN
from reclamation_core.testing.builders.clock import FakeClock
from reclamation_core.testing.builders.facts import a_complaint
from reclamation_core.vocabulary import MalfunctionFacts, RiskDomain

_JUDGED: Final[Mapping[str, int]] = {
    **{f"severity_{domain.value}": 0 for domain in RiskDomain},
    "severity_training": 2,
    "likelihood": 2,
    "recurrences": 0,
}
"""What a qualification judges where the facts do not say it: a moderate criticality, a simple case."""


def a_registered_case(desk: Desk | None = None, facts: Facts | None = None, *, site: str = "CRE", **more: Any) -> Case:
    """A case as it is when it has just been registered.

    Args:
        desk: where it is registered, now by that desk's clock; a new one in memory by default.
        facts: what is known; `a_complaint()` by default.
        site: the site that registers it.
        more: what else `Desk.register` takes: `source`, `verbatim`, `complainant`...

    Raises what `Desk.register` does: a receipt that is to come by the desk's clock among others.
    """
    return _on(desk).register(a_complaint() if facts is None else facts, site=site, **more)


def a_qualified_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A case with its factual support, qualified as simple and of moderate criticality unless the facts say more."""
    desk = _on(desk)
    case = a_registered_case(desk, facts, **more)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel reçu")
    unknown: dict[str, Any] = {name: rank for name, rank in _JUDGED.items() if getattr(case.facts, name) is UNKNOWN}
    return desk.qualify(case.reference, problem="trois séances sans formateur", **unknown)


def an_analysed_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A qualified case whose one cause, of the family "organisation", was found by a diagram of Ishikawa."""
    desk = _on(desk)
    case = a_qualified_case(desk, facts, **more)
    return desk.analyse(case.reference, method=Method.ISHIKAWA, causes=("organisation",))


def a_planned_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """An analysed case of which is stated why it needs no action."""
    desk = _on(desk)
    case = an_analysed_case(desk, facts, **more)
    return desk.plan_nothing(case.reference, reason="le formateur est revenu, les séances sont rattrapées")


def an_answered_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A planned complaint that was answered as founded, with the recourse named."""
    desk = _on(desk)
    case = a_planned_case(desk, facts, **more)
    text = "Madame, Monsieur, les séances seront rattrapées."
    return desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text=text, recourse=True)


def a_closed_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A complaint closed on its answer; a malfunction closed as treated."""
    desk = _on(desk)
    if isinstance(facts, MalfunctionFacts):
        return desk.close(a_planned_case(desk, facts, **more).reference, reason=ClosingReason.TREATED)
    return desk.close(an_answered_case(desk, facts, **more).reference, reason=ClosingReason.ANSWERED)


def _on(desk: Desk | None) -> Desk:
    return Desk.in_memory(clock=FakeClock()) if desk is None else desk
