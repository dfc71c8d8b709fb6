"""Invented plans: short ways to make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from reclamation_core.plans import (
    ActionOrigin,
    ActionSheet,
    ActionStatus,
    ActionType,
    Effectiveness,
    Pgaac,
    PlanScope,
    Signature,
)
from reclamation_core.vocabulary import Role, Site, Sites

CRETEIL = PlanScope.site("CRE")
PARIS_REGION = PlanScope.region("Île-de-France")
NATION = PlanScope.nation()
SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        Site(code="STR", name="Strasbourg", region="Grand Est"),
    )
)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def signed(day: int, hour: int = 9, actor: str = "Mme Roux") -> Signature:
    return Signature(actor=actor, role=Role.RQR, occurred_at=at(day, hour))


def salts() -> Callable[[], bytes]:
    numbers = count()
    return lambda: next(numbers).to_bytes(16, "big")


def sheet(reference: str = "A-1", **changes: Any) -> ActionSheet:
    given: dict[str, Any] = {
        "reference": reference,
        "type": ActionType.CORRECTIVE,
        "origin": ActionOrigin.COMPLAINT,
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
    return ActionSheet(**(given | changes))


def to_do(**changes: Any) -> Pgaac:
    return Pgaac(scope=CRETEIL).add(sheet(**changes), signed(1))


def in_progress(**changes: Any) -> Pgaac:
    return to_do(**changes).progress("A-1", signed(2))


def done(**changes: Any) -> Pgaac:
    return in_progress(**changes).finish("A-1", signed(3), evidence="facture des postes")


def effective(**changes: Any) -> Pgaac:
    return done(**changes).judge("A-1", Effectiveness.EFFECTIVE, signed(4), why="aucune panne relevée")


def ineffective(**changes: Any) -> Pgaac:
    return done(**changes).judge("A-1", Effectiveness.NOT_EFFECTIVE, signed(4), why="deux pannes relevées")


def closed(**changes: Any) -> Pgaac:
    return effective(**changes).close("A-1", signed(5))


def abandoned(**changes: Any) -> Pgaac:
    return in_progress(**changes).abandon("A-1", signed(5), reason="l'atelier ferme")


PLANS: dict[str, Callable[..., Pgaac]] = {
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
    "to do": ActionStatus.TO_DO,
    "in progress": ActionStatus.IN_PROGRESS,
    "done": ActionStatus.DONE,
    "effective": ActionStatus.VERIFIED,
    "ineffective": ActionStatus.VERIFIED,
    "closed": ActionStatus.CLOSED,
    "abandoned": ActionStatus.ABANDONED,
}
