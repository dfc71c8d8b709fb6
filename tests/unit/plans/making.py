"""Invented plans: short ways to make them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from reclamation_core import plans
from reclamation_core.cases.aggregate import record, with_event
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    SignalAcknowledged,
    SignalContinued,
    SignalDismissed,
    SignalRaised,
)
from reclamation_core.plans.plan import apply
from reclamation_core.testing._plan_history import Signer, plan_after
from reclamation_core.vocabulary import Site, Sites

CRETEIL = plans.PlanScope.site("CRE")
PARIS_REGION = plans.PlanScope.region("Île-de-France")
NATION = plans.PlanScope.nation()
SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est"),
    )
)
RAISED = SignalRaised.event_type.example.data(None)
SIGNAL = RAISED.signal
SEEN_AGAIN = SignalContinued(signal=SIGNAL, until="2026-W15")
ACKNOWLEDGED = SignalAcknowledged(signal=SIGNAL)
DISMISSED = SignalDismissed(signal=SIGNAL, reason="une enquête a eu lieu ce mois-là")


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def signed(day: int, hour: int = 9, actor: str = "Mme Roux") -> Signer:
    return Signer(actor=actor, occurred_at=at(day, hour))


def reopened_by(plan: plans.Pgaac, occurrence: plans.Occurrence, sites: Sites, signer: Signer) -> plans.Pgaac:
    """Return the plan with the actions reopened on which a case is a recurrence."""
    return plan_after(plan, *map(signer, plans.recurrences(plan, occurrence, sites)))


def salts() -> Callable[[], bytes]:
    numbers = count()
    return lambda: next(numbers).to_bytes(16, "big")


def sheet(reference: str = "A-1", **changes: Any) -> plans.ActionSheet:
    given: dict[str, Any] = {
        "reference": reference,
        "type": plans.ActionType.CORRECTIVE,
        "origin": plans.ActionOrigin.COMPLAINT,
        "cases": ("C-1",),
        "site": "CRE",
        "cause_family": "matériel",
        "cause": "les postes de l'atelier sont en panne",
        "what": "remplacer les postes",
        "owner": "M. Petit",
        "planned": date(2026, 6, 1),
        "criterion": "aucune panne en trois mois",
        "check_on": date(2026, 9, 1),
    }
    return plans.ActionSheet(**(given | changes))


def to_do(**changes: Any) -> plans.Pgaac:
    return plan_after(plans.Pgaac(scope=CRETEIL), signed(1)(ActionAdded.of(sheet(**changes))))


def in_progress(**changes: Any) -> plans.Pgaac:
    return plan_after(to_do(**changes), signed(2)(ActionProgressed(action="A-1")))


def done(**changes: Any) -> plans.Pgaac:
    return plan_after(in_progress(**changes), signed(3)(ActionDone(action="A-1", evidence="facture des postes")))


def done_before_criteria_were_required() -> plans.Pgaac:
    """Return a plan of an earlier version of this library: its action was done without a criterion."""
    plan, signer, data = to_do(criterion=None, check_on=None), signed(3), ActionDone(action="A-1", evidence="facture")
    command = plans.PgaacCommand(data=data, actor=signer.actor, role=signer.role, occurred_at=signer.occurred_at)
    return with_event(apply, plan, record(plan.stream_end, data, command, signer.context))


def effective(**changes: Any) -> plans.Pgaac:
    return plan_after(
        done(**changes),
        signed(4)(ActionJudged(action="A-1", effectiveness=plans.Effectiveness.EFFECTIVE, why="aucune panne relevée")),
    )


def ineffective(**changes: Any) -> plans.Pgaac:
    return plan_after(
        done(**changes),
        signed(4)(
            ActionJudged(action="A-1", effectiveness=plans.Effectiveness.NOT_EFFECTIVE, why="deux pannes relevées")
        ),
    )


def closed(**changes: Any) -> plans.Pgaac:
    return plan_after(effective(**changes), signed(5)(ActionClosed(action="A-1")))


def abandoned(**changes: Any) -> plans.Pgaac:
    return plan_after(in_progress(**changes), signed(5)(ActionAbandoned(action="A-1", reason="l'atelier ferme")))


PLANS: dict[str, Callable[..., plans.Pgaac]] = {
    "to do": to_do,
    "in progress": in_progress,
    "done": done,
    "effective": effective,
    "ineffective": ineffective,
    "closed": closed,
    "abandoned": abandoned,
}
"""A plan of one action in each state that the guards distinguish."""

STATUSES = {
    "to do": plans.ActionStatus.TO_DO,
    "in progress": plans.ActionStatus.IN_PROGRESS,
    "done": plans.ActionStatus.DONE,
    "effective": plans.ActionStatus.VERIFIED,
    "ineffective": plans.ActionStatus.VERIFIED,
    "closed": plans.ActionStatus.CLOSED,
    "abandoned": plans.ActionStatus.ABANDONED,
}
