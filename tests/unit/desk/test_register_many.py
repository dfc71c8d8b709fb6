"""Batch registration: atomic batches, refusals as results, idempotent after a failure."""

from collections.abc import Iterator

import pytest

from reclamation_core.desk import Desk, Registration
from reclamation_core.ports import StoreBusyError
from reclamation_core.vocabulary import UnknownSiteError
from tests.unit.desk.factories import at, facts, new_desk, overtaken


def asked(number: int, site: str = "CRE") -> Registration:
    return Registration(facts=facts(), site=site, source=f"fichier:{number}", verbatim=f"plainte {number}")


def some(count: int) -> list[Registration]:
    return [asked(number) for number in range(count)]


def references(desk: Desk) -> list[str]:
    return [case.reference for case in desk.cases.find().cases]


def test_a_refusal_is_a_result_with_its_error(desk: Desk) -> None:
    first, second, third = desk.register_many([asked(1), asked(2, "nulle part"), asked(3)])
    assert second.case is None
    assert isinstance(second.refusal, UnknownSiteError)
    assert [one.is_new for one in (first, second, third)] == [True, False, True]
    assert references(desk) == ["R-2026-000001", "R-2026-000002"]


def test_registrations_are_read_one_batch_at_a_time(desk: Desk) -> None:
    taken: list[int] = []

    def coming() -> Iterator[Registration]:
        for number in range(5):
            taken.append(number)
            yield asked(number)

    entered = desk.register_many(coming(), batch_size=2)
    assert taken == []
    next(entered)
    # Reading the third registration completes the first batch.
    assert (taken, desk.cases.count()) == ([0, 1, 2], 2)
    assert len(list(entered)) == 4
    assert desk.cases.count() == 5


def test_registrations_repeated_after_a_failure_are_not_doubled(desk: Desk) -> None:
    def broken() -> Iterator[Registration]:
        yield from some(3)
        raise OSError("the file breaks off here")

    with pytest.raises(OSError, match="breaks off"):
        list(desk.register_many(broken(), batch_size=2))
    assert references(desk) == ["R-2026-000001", "R-2026-000002"]
    entered = list(desk.register_many(some(4), batch_size=2))
    assert [one.is_new for one in entered] == [False, False, True, True]
    assert [one.case.source for one in entered if one.case] == [f"fichier:{number}" for number in range(4)]
    assert desk.cases.count() == 4


def test_a_batch_that_the_store_refuses_is_not_saved(desk: Desk) -> None:
    def refuse() -> None:
        raise StoreBusyError("memory", "for the test")

    with pytest.raises(StoreBusyError):
        list(overtaken(desk, refuse).register_many(some(3)))
    assert desk.cases.count() == 0


def test_a_concurrently_registered_message_is_known(desk: Desk) -> None:
    entered = list(
        overtaken(desk, lambda: desk.register(facts(), site="CRE", source="fichier:1")).register_many(some(3))
    )
    assert [one.is_new for one in entered] == [True, False, True]
    assert desk.cases.count() == 3
    assert sorted(case.source or "" for case in desk.cases.find().cases) == ["fichier:0", "fichier:1", "fichier:2"]


def test_clock_and_actor_are_those_of_the_desk() -> None:
    (entered,) = new_desk(at(3)).acting("M. Petit").register_many([asked(1)])
    assert entered.case is not None
    event = entered.case.events[0]
    assert (event.recorded_at, event.occurred_at, entered.case.vault.read(event.by)) == (at(3), at(3), "M. Petit")


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_size_below_one_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="batch_size"):
        new_desk().register_many([], batch_size=size)
