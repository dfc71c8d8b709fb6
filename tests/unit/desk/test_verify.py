"""Verification replays every case and names the stored values that differ."""

from collections.abc import Callable

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import Case, TextKind, Vault
from reclamation_core.cases.texts import Commitment, Secret
from reclamation_core.desk import Desk, Discrepancy
from reclamation_core.ports import CaseNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.wording import Wording
from tests.inside import desk_with, store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import closed, registered


class Tampered(InMemoryStore):
    """A store that returns a case with changes."""

    def __init__(self, store: InMemoryStore, tamper: Callable[[Case], Case]) -> None:
        self.__dict__ = store.__dict__
        self._tamper = tamper

    def unit_of_work(self) -> UnitOfWork:
        unit = super().unit_of_work()
        get = unit.cases.get
        unit.cases.get = lambda reference: self._tamper(get(reference))  # type: ignore[method-assign]
        return unit


def found(desk: Desk, tamper: Callable[[Case], Case]) -> list[Discrepancy]:
    store = store_of(desk)
    assert isinstance(store, InMemoryStore)
    return list(desk_with(desk, store=Tampered(store, tamper)).verify())


def of(number: int, tamper: Callable[[Case], Case]) -> Callable[[Case], Case]:
    return lambda case: tamper(case) if case.reference == f"R-2026-{number:06d}" else case


def test_a_consistent_store_has_no_discrepancy(desk: Desk) -> None:
    closed(desk)
    registered(desk.scoped(site="STR"), "STR")
    assert list(desk.verify()) == []


def test_an_inconsistent_field_is_named_with_its_case(desk: Desk) -> None:
    closed(desk)
    registered(desk)
    wrong = found(desk, of(2, lambda case: attrs.evolve(case, handling_unit="STR", supports=3)))
    assert wrong == [Discrepancy("R-2026-000002", "handling_unit"), Discrepancy("R-2026-000002", "supports")]


def test_events_that_cannot_be_replayed_are_reported(desk: Desk) -> None:
    closed(desk)
    (wrong,) = found(desk, lambda case: attrs.evolve(case, events=case.events[1:]))
    assert (wrong.holder, wrong.field) == ("R-2026-000001", None)
    assert wrong.damage == Wording("ses opérations ne se suivent pas", "its events cannot be replayed")


@pytest.mark.parametrize(("error", "damage"), [
    (StoreDamagedError("memory", "facts.channel"), Wording("facts.channel", "facts.channel")),
    (StoreDamagedError.of("memory", Wording("un texte", "a text")), Wording("un texte", "a text")),
    (CaseNotFoundError("R-2026-000001"),
        Wording("son historique existe, mais lui-même a disparu", "it has events, but is missing itself")),
])  # fmt: skip
def test_a_corrupt_case_is_reported_and_the_others_are_checked(error: Exception, damage: Wording, desk: Desk) -> None:
    factories.registered(desk)
    registered(desk)

    def refuse(_: Case) -> Case:
        raise error

    broken = found(desk, of(1, refuse))
    both = found(desk, lambda case: refuse(case) if case.reference.endswith("1") else attrs.evolve(case, supports=9))
    assert broken == [Discrepancy("R-2026-000001", None, damage)]
    assert both == [*broken, Discrepancy("R-2026-000002", "supports")]


def test_altered_and_missing_texts_are_reported_and_erased_ones_are_not(desk: Desk) -> None:
    case = closed(desk, complainant="Mme Durand")
    other = Secret("Mme Duran", bytes(16))
    digest = case.registration.complainant.digest  # type: ignore[union-attr]  # an event keeps commitments

    def altered(case: Case) -> Case:
        return attrs.evolve(case, vault=Vault({**case.vault.by_digest(), digest: other}))

    def without(case: Case) -> Case:
        return attrs.evolve(case, vault=case.vault.without([Commitment(digest)]))

    assert [found(desk, spoil) for spoil in (altered, without)] == [[Discrepancy(case.reference, "vault")]] * 2
    desk.anonymise(case.reference, kinds=(TextKind.PERSONAL,))
    assert list(desk.verify()) == []
    assert found(desk, altered) == [Discrepancy(case.reference, "vault")]


def test_erased_texts_of_an_action_are_not_reported(desk: Desk) -> None:
    plan = desk.pgaac("CRE")
    plan.add(factories.sheet("A-1"))
    plan.add(factories.sheet("A-2"))
    plan.abandon("A-1", reason="le vivier existe")
    plan.forget("A-1")
    assert plan.current.read(plan.current.action("A-1").what) is None
    assert plan.current.read(plan.current.action("A-2").what) is not None
    assert list(desk.verify()) == []
