"""Cases brought to a state, on a desk of the test's own or on a new one in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, Method, SupportKind
from reclamation_core.cases.events import Facts
from reclamation_core.desk import Desk
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionSheet, Effectiveness
from reclamation_core.testing._arguments import expect, require_taken
from reclamation_core.testing.builders.clock import FakeClock
from reclamation_core.testing.builders.facts import FAMILY, a_complaint
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    LabelledEnum,
    MalfunctionFacts,
    Mobilisation,
    ServiceReach,
)

_JUDGED: Final[Mapping[str, int | LabelledEnum]] = {
    **dict.fromkeys(SEVERITIES.values(), 0),
    "severity_training": 2,
    "likelihood": 2,
    "recurrences": 0,
    "client_scope": ClientScope.LOCAL,
    "service_reach": ServiceReach.ONE_CENTRE,
    "mobilisation": Mobilisation.LOCAL,
}
"""What a qualification finds out where it is unknown: a moderate criticality, a local level, a simple case (I24)."""


def a_registered_case(
    desk: Desk | None = None, facts: Facts | None = None, *, site: str | None = None, **more: Any
) -> Case:
    """A case as it is when it has just been registered.

    Args:
        desk: where it is registered, now by that desk's clock; a new one in memory by default.
        facts: what is known; `a_complaint()` by default.
        site: the site that registers it; by default CRE, or the first that the desk knows where that is none of them.
        more: what else `Desk.register` takes: `source`, `verbatim`, `complainant`...

    Raises what `Desk.register` does: a receipt that is to come by the desk's clock among others.
    """
    desk, known = _on(desk), a_complaint() if facts is None else facts
    where = _site(desk) if site is None else site
    require_taken(Desk.register, (desk, known), {"site": where, **more})
    return desk.register(known, site=where, **more)


def a_qualified_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A case with its factual support, qualified as simple and of moderate criticality unless the facts say more.

    A call is transcribed. Where the desk's role may not qualify in the edition, one qualifies that may.
    """
    desk = _on(desk)
    case = a_registered_case(desk, facts, **more)
    if getattr(case.facts, "channel", None) is Channel.PHONE:
        desk.transcribe(case.reference, text="Trois séances sans formateur.", author="Mme Roux")
    else:
        desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel reçu")
    unknown: dict[str, Any] = {name: rank for name, rank in _JUDGED.items() if getattr(case.facts, name) is UNKNOWN}
    return _qualifying(desk, case).qualify(case.reference, problem="trois séances sans formateur", **unknown)


def an_analysed_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A qualified case whose one cause was found by a diagram of Ishikawa.

    Its family is that of `an_action`, or the first that the desk knows where that is none of them.
    """
    desk = _on(desk)
    case = a_qualified_case(desk, facts, **more)
    return desk.analyse(case.reference, method=Method.ISHIKAWA, causes=(_family(desk),))


def a_planned_case(
    desk: Desk | None = None, facts: Facts | None = None, *, actions: Sequence[ActionSheet] = (), **more: Any
) -> Case:
    """An analysed case of which is stated why it needs no action; or whose actions are on the plan of its site.

    Args:
        desk: as for `a_registered_case`; and so are the others.
        facts: what is known.
        actions: the actions that are planned for it, such as `an_action()`; none by default.
        more: what else `a_registered_case` takes.

    Raises what `Desk.plan` does, among others where the plan has an action of that reference already.
    """
    desk = _on(desk)
    case = an_analysed_case(desk, facts, **more)
    if actions:
        return desk.plan(case.reference, *actions)
    return desk.plan_nothing(case.reference, reason="le formateur est revenu, les séances sont rattrapées")


def an_answered_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A complaint planned as `a_planned_case` says and answered as founded, with the recourse named."""
    desk = _on(desk)
    case = a_planned_case(desk, facts, **more)
    text = "Madame, Monsieur, les séances seront rattrapées."
    return desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text=text, recourse=True)


def a_closed_case(desk: Desk | None = None, facts: Facts | None = None, **more: Any) -> Case:
    """A complaint closed on its answer; a malfunction closed as treated.

    Where it has `actions`, they are done, judged effective and closed before.
    """
    desk = _on(desk)
    treated = isinstance(facts, MalfunctionFacts)
    case = (a_planned_case if treated else an_answered_case)(desk, facts, **more)
    for line in case.actions:
        plan = desk.pgaac(line.scope)
        plan.finish(line.action, evidence="la liste des remplaçants, signée")
        plan.judge(line.action, Effectiveness.EFFECTIVE, why="aucune séance annulée depuis")
        plan.close(line.action)
    return desk.close(case.reference, reason=ClosingReason.TREATED if treated else ClosingReason.ANSWERED)


def _on(desk: Desk | None) -> Desk:
    if desk is None:
        return Desk.in_memory(clock=FakeClock())
    expect("desk", desk, Desk)
    return desk


def _site(desk: Desk) -> str:
    """CRE where the desk knows it, or knows no sites; else the first that it knows and sees."""
    acting = desk._context  # noqa: SLF001  a desk tells neither its sites nor its scope, its roles, its families
    if acting.scope is not None:
        known = sorted(acting.scope.sites)
    else:
        known = ["CRE"] if acting.places.sites is None else list(acting.places.sites)
    return "CRE" if "CRE" in known else known[0]


def _qualifying(desk: Desk, case: Case) -> Desk:
    """The desk, in a role that may qualify the case."""
    acting = desk._context  # noqa: SLF001  as above
    qualifying = acting.edition_of(case).roles.qualifying
    return desk if acting.role in qualifying else desk.acting(acting.actor, qualifying[0])


def _family(desk: Desk) -> str:
    """A family of causes that the desk knows."""
    taxonomy = desk._context.taxonomy  # noqa: SLF001  as above
    return FAMILY if taxonomy is None or FAMILY in taxonomy.codes else taxonomy.codes[0]
