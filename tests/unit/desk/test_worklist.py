"""What is to be done on a day, counted by hand on a register with one case of each kind, and its text."""

from datetime import date

import attrs
import pytest

from reclamation_core.desk import Desk
from tests.schemas import valid
from tests.unit.desk.factories import analysed, answered, at, facts, new_desk, qualified, registered, sheet


@pytest.fixture
def desk() -> Desk:
    """Return a desk on Monday 15 June 2026: a message of Monday 1 June is due that day."""
    desk = new_desk(at(15))
    desk.acknowledge(qualified(desk, received_at=at(1)).reference)  # 1: due that day
    registered(desk, received_at=at(1), site="STD")  # 2: due that day, not acknowledged, not qualified
    desk.acknowledge(registered(desk, received_at=at(11)).reference)  # 3: received two business days before
    desk.register(facts(at(12), requirement=None, mobilisation=None, nature=None), site="CRE")  # 4: a question
    answered(desk)  # 5: nothing but its action
    desk.register(facts(at(1), nature="initial_information_request"), site="CRE")  # 6: out of scope
    late = analysed(desk, received_at=at(3)).reference  # 7: not acknowledged; its action is late
    desk.plan(late, sheet("A-7", planned=date(2026, 6, 14)))
    return desk


def _counts(desk: Desk, as_of: date) -> str:
    return ", ".join(f"{one.count} {one.kind.value}" for one in desk.worklist(as_of=as_of).cases)


def test_each_kind_of_work_is_counted(desk: Desk) -> None:
    assert _counts(desk, date(2026, 6, 15)) == "0 late, 2 due_today, 2 unacknowledged, 1 unclear, 1 unqualified"
    assert _counts(desk, date(2026, 6, 17)) == "2 late, 1 due_today, 2 unacknowledged, 1 unclear, 3 unqualified"
    assert _counts(desk.scoped(site="STD"), date(2026, 6, 17)).startswith("1 late, ")


def test_the_text_has_references_and_days_without_names(desk: Desk) -> None:
    lines = desk.worklist(as_of=date(2026, 6, 17)).to_text().splitlines()
    assert lines[:3] == ["À faire au mercredi 17 juin 2026", "", "Réponses en retard : 2"]
    assert lines[3:5] == [f"- R-2026-00000{number}, en retard de 2 jours ouvrés" for number in (1, 2)]
    assert lines[lines.index("Accusés de réception manquants : 2") + 1 :][:2] == [
        "- R-2026-000002, réponse en retard de 2 jours ouvrés",
        "- R-2026-000007, réponse attendue aujourd'hui",
    ]
    assert lines[-2:] == ["Actions en retard : 1", "- A-7 (centre Créteil), échéance 14/06/2026"]
    assert "Durand" not in "".join(lines)
    check = "- A-7 (centre Créteil), à évaluer le 20/06/2026"
    assert desk.worklist(as_of=date(2026, 6, 20)).to_text().endswith(f"{check}, à réaliser d'abord\n")
    desk.pgaac("CRE").finish("A-7", evidence="photo")
    everything, checks = (desk.worklist(as_of=date(2026, 6, 20), action_kind=kind) for kind in (None, "check"))
    assert everything.to_text().endswith(f"{check}\n")
    assert (checks.cases, checks.actions, checks.signals) == ((), everything.actions[1:], None)
    short = desk.worklist(as_of=date(2026, 6, 17), limit=1)
    assert short.to_text().splitlines()[2:5] == [*lines[2:4], "- et 1 de plus"]
    unread = attrs.evolve(short, cases=(), actions=(), signals=None, damaged=("site:CRE", "nation"))
    assert unread.to_text("en").splitlines()[2:] == ["Plans that cannot be read: site:CRE, nation"]


def test_the_work_of_one_person_is_that_of_the_cases_assigned(desk: Desk) -> None:
    desk.assign("R-2026-000002", to="m.klein")
    mine = desk.worklist(as_of=date(2026, 6, 17), assigned_to="m.klein")
    assert ([one.count for one in mine.cases], mine.actions) == ([1, 0, 1, 0, 1], ())
    assert valid("view.worklist", mine.to_document("en"))
