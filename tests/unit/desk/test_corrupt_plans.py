"""A corrupt plan does not affect the others, and is hidden from desks that do not see it."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from reclamation_core.desk import Desk
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.ports import Store, StoreDamagedError, UnitOfWork
from tests.inside import desk_with, store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import at, new_desk

REGION: Final = PlanScope.region("Île-de-France")
SCOPES: Final = (*map(PlanScope.site, ("CRE", "STD", "STR")), REGION, PlanScope.nation())
GATHERED: Final[dict[PlanScope, set[str]]] = {
    PlanScope.site("CRE"): set(),
    PlanScope.site("STD"): set(),
    PlanScope.site("STR"): set(),
    REGION: {"site:CRE", "site:STD"},
    PlanScope.nation(): {"site:CRE", "site:STD", "site:STR", str(REGION)},
}


class Damaged(Store):
    """A store with some corrupt plans."""

    def __init__(self, store: Store, *damaged: str) -> None:
        self.feed, self.sequences, self.exports = store.feed, store.sequences, store.exports
        self._store, self._damaged = store, damaged

    def unit_of_work(self) -> UnitOfWork:
        unit = self._store.unit_of_work()
        get = unit.plans.get

        def read(scope: str) -> Pgaac:
            if scope in self._damaged:
                raise StoreDamagedError("memory", f"plan {scope!r}", holder=scope)
            return get(scope)

        scopes = unit.plans.scopes
        unit.plans.get = read  # type: ignore[method-assign]
        unit.plans.scopes = lambda: tuple(sorted({*scopes(), *self._damaged}))  # type: ignore[method-assign]
        return unit


def with_plans() -> Desk:
    """Plans of sites, a region and the nation, each with an action that names a person, published twice."""
    desk = new_desk()
    for number, scope in enumerate(SCOPES):
        sheet = factories.sheet(f"A-{number}", site="CRE", owner="M. Petit")
        desk.pgaac(scope).add(sheet, occurred_at=at(2))
    for _ in range(2):
        for scope in SCOPES:
            desk.pgaac(scope).publish(occurred_at=at(3))
    return desk


def in_which(desk: Desk, *damaged: str) -> Desk:
    """Return a desk on the same store with corrupt plans."""
    return desk_with(desk, store=Damaged(store_of(desk), *damaged))


ON_EDITIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "publish": lambda plan: plan.publish(occurred_at=at(4)).number,
    "published_plan_to_document": lambda plan: plan.published_plan_to_document(2, texts=True),
}
OTHERS: Final = (*map(str, SCOPES), "site:FDF", "what is no key")


@pytest.mark.parametrize("ask", ON_EDITIONS.values(), ids=ON_EDITIONS)
@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_publishing_reads_only_the_gathered_plans(ask: Callable[[Any], Any], scope: PlanScope) -> None:
    expected = ask(with_plans().pgaac(scope))
    is_published_from_all = ask is ON_EDITIONS["publish"] and scope == PlanScope.nation()
    for damaged in OTHERS:
        plan = in_which(with_plans(), damaged).pgaac(scope)
        if damaged in {str(scope), *GATHERED[scope]} or is_published_from_all:
            with pytest.raises(StoreDamagedError) as refused:
                ask(plan)
            assert refused.value.holder == damaged
        else:
            assert ask(plan) == expected, damaged


@pytest.mark.parametrize("scoped", [{"site": "CRE"}, {"region": "Île-de-France"}], ids=["site", "region"])
@pytest.mark.parametrize("as_actor", [False, True])
def test_personal_data_ignores_corrupt_plans_outside_the_scope(scoped: dict[str, str], *, as_actor: bool) -> None:
    desk = with_plans()
    broken = in_which(desk, "site:STR", "nation", "what is no key")
    expected = desk.scoped(**scoped).personal_data_of("Petit", as_actor=as_actor)
    assert len(expected) > 0
    assert broken.scoped(**scoped).personal_data_of("Petit", as_actor=as_actor) == expected


def test_personal_data_reports_every_corrupt_case_and_plan() -> None:
    broken = in_which(with_plans(), "site:CRE", "site:STR")
    with pytest.raises(StoreDamagedError) as refused:
        broken.personal_data_of("Petit", as_actor=True)
    assert refused.value.holder == "site:CRE"
    (note,) = refused.value.__notes__
    assert "plan 'site:STR'" in note


def test_a_sweep_reports_corrupt_plans_inside_its_scope_after_the_alerts() -> None:
    desk = with_plans()
    case = factories.registered(desk)
    broken = in_which(desk, "site:STR", "what is no key")
    assert {alert.reference for alert in broken.scoped(site="CRE").sweep(at(1, month=7))} == {case.reference}
    with pytest.raises(StoreDamagedError, match="plan 'site:STR'"):
        broken.scoped(site="STR").sweep(at(1, month=7))
    with pytest.raises(StoreDamagedError, match="plan 'site:STR'") as refused:
        broken.sweep(at(1, month=7))
    assert "what is no key" in refused.value.__notes__[0]
