"""What is forgotten is nowhere in the database any more, and everything else is as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import inspect

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, SupportKind
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Level, Role
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import making

MARK = "Zéphyrine Quatrebarbes"
FOLDED = "zephyrine quatrebarbes"
YEARS_LATER = datetime(2028, 1, 1, tzinfo=UTC)


def desk_on(store: SqlAlchemyStore, now: datetime | None = None) -> Desk:
    clock = making.FakeClock(now or making.at(1, month=7))
    return Desk.on(store, sites=making.SITES, clock=clock).acting(MARK, Role.RQR)


def marked_case(desk: Desk) -> Case:
    """A case whose every text is the mark, from the registration to the closing."""
    case = desk.register(
        making.facts(), site="CRE", source="m-1", complainant=MARK, verbatim=MARK, remedy_sought=MARK, at=making.at(1)
    )
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title=MARK)
    desk.contain(case.reference, measure=MARK)
    desk.qualify(
        case.reference, problem=MARK, requirement_reference=MARK, supported_by=MARK, experts=(MARK, MARK), likelihood=1
    )
    desk.reroute(case.reference, handling_unit="STD", reason=MARK)
    desk.analyse(case.reference, causes=("organisation",), report=MARK)
    desk.plan_nothing(case.reference, reason=MARK)
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text=MARK, remedies=MARK, recourse=True)
    return desk.close(case.reference, reason=ClosingReason.ANSWERED, comment=MARK)


def everything(store: SqlAlchemyStore) -> str:
    """All that the tables hold, as text."""
    names = inspect(store._database.engine).get_table_names()
    return "\n".join(str(row) for name in names for row in rows(store, f'SELECT * FROM "{name}"'))


def counts(desk: Desk) -> dict[str, object]:
    asked = {f"level {level}": CaseQuery(levels={level}) for level in Level}
    asked |= {"site": CaseQuery(sites={"CRE"}), "theme": CaseQuery(theme="organisation"), "all": CaseQuery()}
    cases = desk.cases.find().cases
    told: dict[str, object] = {name: desk.cases.count(query) for name, query in asked.items()}
    return told | {
        "dates": [(case.received_at, case.closed_at, case.deadline, case.rounds[-1].answered_at) for case in cases],
        "plan": desk.pgaac("CRE").to_csv(),
        "editions": desk.pgaac("CRE").editions,
    }


def test_no_table_holds_a_text_that_was_forgotten_and_counts_levels_dates_and_plans_are_unchanged(
    store: SqlAlchemyStore,
) -> None:
    desk = desk_on(store)
    other = making.analysed(desk)
    desk.plan(other.reference, making.sheet())
    desk.pgaac("CRE").publish()
    case = marked_case(desk)
    checkpoint, before = desk.checkpoint(), counts(desk)
    assert MARK in everything(store)
    assert FOLDED in everything(store)

    (forgotten,) = desk_on(store, YEARS_LATER).forget_expired()

    # Who acted on the other case, and on the plan, is not forgotten with this one.
    left = [row for row in everything(store).splitlines() if case.reference in row]
    assert not [row for row in left if MARK in row or FOLDED in row]
    assert counts(desk) == before
    assert desk.examine(checkpoint) == ()
    assert desk.cases.get(case.reference) == forgotten == Case.from_events(forgotten.events)
    assert desk.cases.count(CaseQuery(text=MARK)) == 0


@pytest.mark.parametrize("while_open", [True, False])
def test_the_file_itself_holds_no_text_that_was_forgotten(tmp_path: Path, while_open: bool) -> None:
    store = SqlAlchemyStore.open(f"sqlite:///{tmp_path}/reclamations.db")
    desk = desk_on(store).acting("M. Petit", Role.RQR)
    case = marked_case(desk)
    if not while_open:
        store.close()
        store = SqlAlchemyStore.open(f"sqlite:///{tmp_path}/reclamations.db")
    desk_on(store, YEARS_LATER).acting("retention").anonymise(case.reference)
    store.close()

    whole = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert MARK.encode() not in whole
    assert FOLDED.encode() not in whole
