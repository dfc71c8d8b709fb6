"""Cases, plans and values that the contracts store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases import (
    AnswerDecision,
    Case,
    CaseCommand,
    ClosingReason,
    DecisionContext,
    Method,
    SupportKind,
    decide,
)
from reclamation_core.cases.events import SupportAdded
from reclamation_core.desk import Desk
from reclamation_core.desk.context import with_event
from reclamation_core.plans import (
    ActionOrigin,
    ActionSheet,
    ActionType,
    Effectiveness,
    Pgaac,
    PlanPart,
    PlanScope,
    Signature,
)
from reclamation_core.policy import m2_1
from reclamation_core.ports import Store
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts, Role, Site, Sites

SITES: Final = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="FDF", name="Fort-de-France", region="Martinique", territory="martinique"),
    )
)
FIRST, SECOND, THIRD = (f"R-2026-00000{number}" for number in (1, 2, 3))


class StoppedClock:
    """It is the first of July."""

    def now(self) -> datetime:
        return at(1, month=7)


def at(day: int, hour: int = 9, month: int = 6) -> datetime:
    """An instant of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def desk_on(store: Store) -> Desk:
    """A desk on a store, on 1 July 2026; RQR acts, so that every role's guard lets pass."""
    return Desk(store, sites=SITES, clock=StoppedClock()).acting("Mme Roux", Role.RQR)


def facts(received_at: datetime | None = None, **given: Any) -> ComplaintFacts:
    """A complaint within the scope, of one centre."""
    values: dict[str, Any] = {
        "received_at": received_at or at(1),
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
    return ComplaintFacts(**(values | given))


def malfunction() -> MalfunctionFacts:
    """A malfunction of one centre."""
    return MalfunctionFacts(received_at=at(1), service_reach="one_centre", mobilisation="local")


def registered(desk: Desk, site: str = "CRE", received_at: datetime | None = None, **given: Any) -> Case:
    """A complaint just registered on a desk."""
    when = received_at or at(1)
    return desk.register(facts(when), site=site, occurred_at=when, **given)


def qualified(desk: Desk, **given: Any) -> Case:
    """A complaint qualified on a desk."""
    reference = registered(desk, **given).reference
    desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=at(1))
    return desk.qualify(
        reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0, occurred_at=at(1)
    )


def analysed(desk: Desk, *causes: str) -> Case:
    """A complaint analysed on a desk."""
    return desk.analyse(qualified(desk).reference, method=Method.ISHIKAWA, causes=causes)


def answered(desk: Desk, **given: Any) -> Case:
    """A complaint answered on a desk."""
    reference = qualified(desk, **given).reference
    desk.plan_nothing(reference, reason="le fait est isolé")
    return desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame, ...", recourse=True)


def closed(desk: Desk, **given: Any) -> Case:
    """A complaint closed on a desk."""
    return desk.close(answered(desk, **given).reference, reason=ClosingReason.ANSWERED)


def a_case(number: int = 1, received_at: datetime | None = None, **given: Any) -> Case:
    """A case just registered, made on another store; `number` is that of its reference."""
    desk = Desk.in_memory(sites=SITES, clock=StoppedClock()).acting("Mme Roux", Role.RQR)
    return renamed(registered(desk, received_at=received_at, **given), f"R-2026-{number:06}")


def renamed(case: Case, reference: str) -> Case:
    """The same story, of a case with another reference."""
    return Case.from_events([attrs.evolve(event, case=reference) for event in case.events], case.vault)


def registered_as(case: Case, **changes: Any) -> Case:
    """The case just registered, with other words of its registration."""
    told = attrs.evolve(case.events[0], data=attrs.evolve(case.registration, **changes))
    return Case.from_events([told], case.vault)


def with_support(case: Case, title: str = "le courriel", occurred_at: datetime | None = None) -> Case:
    """The case with one more event."""
    data = SupportAdded(kind=SupportKind.EMAIL, title=title)
    command = CaseCommand(data=data, actor="x", role=Role.AQ, occurred_at=occurred_at or at(1, 10))
    return with_event(case, decide(case, command, DecisionContext(policy=m2_1(), now=at(1, month=7))))


def without_texts(case: Case) -> Case:
    """The case whose texts are forgotten."""
    return attrs.evolve(case, vault=case.vault.without([secret.commitment for secret in case.vault]))


def a_sheet(reference: str = "A-1", **changes: Any) -> ActionSheet:
    """What was decided of an action."""
    given: dict[str, Any] = {
        "reference": reference,
        "type": ActionType.CORRECTIVE,
        "origin": ActionOrigin.COMPLAINT,
        "site": "CRE",
        "cause_family": "organisation",
        "cause": "personne ne remplace",
        "what": "tenir un vivier",
        "owner": "M. Petit",
        "criterion": "aucune absence en trois mois",
        "check_on": date(2026, 6, 20),
    }
    return ActionSheet(**(given | changes))


def signed() -> Signature:
    """Who acts on the plans, and when."""
    return Signature(actor="Mme Roux", role=Role.RQR, occurred_at=at(2))


def a_plan(site: str = "CRE", reference: str = "A-1", **changes: Any) -> Pgaac:
    """A plan of one action."""
    return Pgaac(scope=PlanScope.site(site)).add(a_sheet(reference, **changes), signed())


def judged(plan: Pgaac, effectiveness: Effectiveness = Effectiveness.EFFECTIVE) -> Pgaac:
    """The plan whose action was done and judged."""
    done = plan.progress("A-1", signed()).finish("A-1", signed(), evidence="la liste")
    return done.judge("A-1", effectiveness, signed(), why="on a regardé")


def keep(store: Store, *things: Case | Pgaac) -> None:
    """New cases and plans, each in a unit of its own."""
    for thing in things:
        with store.unit_of_work() as unit:
            if isinstance(thing, Case):
                unit.cases.add(thing)
            else:
                unit.plans.add(thing)
            unit.commit()


def save(store: Store, thing: Case | Pgaac, expected: int) -> None:
    """A change of a case or of a plan, in a unit of its own."""
    with store.unit_of_work() as unit:
        if isinstance(thing, Case):
            unit.cases.save(thing, expected)
        else:
            unit.plans.save(thing, expected)
        unit.commit()


def extended(store: Store, actions: Iterable[str], change: Callable[[PlanPart], PlanPart]) -> PlanPart:
    """A change of some actions of the plan of CRE, in a unit of its own; the part as it is after."""
    with store.unit_of_work() as unit:
        part = unit.plans.part("site:CRE", actions)
        changed = change(part)
        unit.plans.extend(changed, part.version)
        unit.commit()
        return changed


def kept(store: Store, reference: str) -> Case:
    """The case as a new unit finds it."""
    with store.unit_of_work() as unit:
        return unit.cases.get(reference)


def kept_plan(store: Store, scope: str = "site:CRE") -> Pgaac:
    """The plan as a new unit finds it."""
    with store.unit_of_work() as unit:
        return unit.plans.get(scope)


def texts(thing: Case | Pgaac) -> list[str]:
    """The texts that a case or a plan still has."""
    return [secret.text for secret in thing.vault]
