"""Times to answer by level, worked by hand for what is received on Monday 1 June 2026.

Ten business days end on 15 June, fifteen on 22 June; two months on 1 August, a Saturday, hence on Monday 3 August.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import attrs
import polars as pl
import pytest

from reclamation_core import ComplaintFacts, FaultsError, frames, m2_1
from reclamation_core.calendars import BusinessCalendar, Deadline, DeadlineRule, DeadlineStatus, Duration, LedgerReason
from reclamation_core.cases import AnswerDecision, Case, Threshold
from reclamation_core.cases.events.base import without_levels
from reclamation_core.desk import Desk
from reclamation_core.laboratory import compare, replay
from reclamation_core.policy import Parameters, Policy, PolicyBook, parse_policy
from reclamation_core.policy.formatting import PARAMETERS
from reclamation_core.vocabulary import Level
from tests.unit.desk import factories
from tests.unit.desk.factories import at, new_desk

FRANCE = BusinessCalendar.france()
BY_LEVEL = parse_policy(
    {
        "starts_from": "M2-1",
        "edition": "par niveau",
        "deadline": {"suspensions_allowed": True, "by_level": {"regional": 15, "national": {"months": 2}}},
    }
)
UNKNOWN_REACH: dict[str, Any] = {"client_scope": "regional", "service_reach": None, "mobilisation": "local"}


def case_on(desk: Desk, **facts: Any) -> Case:
    given = {"client_scope": "local", "service_reach": "one_centre", "mobilisation": "local", **facts}
    return desk.register(factories.facts(at(1), **given), site="CRE", complainant="Mme Durand", occurred_at=at(1))


def due(case: Case) -> date | None:
    return None if case.deadline is None else case.deadline.due


def test_each_level_has_its_time_to_answer_and_an_unknown_one_the_shortest_possible() -> None:
    desk = new_desk(at(2), policy=BY_LEVEL)
    assert due(case_on(desk)) == date(2026, 6, 15)
    assert due(case_on(desk, client_scope="regional")) == date(2026, 6, 22)
    assert due(case_on(desk, client_scope="national")) == date(2026, 8, 3)
    assert due(case_on(desk, mobilisation=None)) == date(2026, 6, 15)
    assert due(case_on(desk, **UNKNOWN_REACH)) == date(2026, 6, 22)
    assert due(new_desk(at(2)).register(factories.facts(at(1)), site="CRE")) == date(2026, 6, 15)


def test_an_imposed_level_moves_no_deadline() -> None:
    desk = new_desk(at(3), policy=BY_LEVEL)
    case = case_on(desk)
    imposed = desk.reroute(case.reference, level=Level.NATIONAL, handling_unit="STD", reason="le siège le demande")
    assert (imposed.level_override, due(imposed)) == (Level.NATIONAL, date(2026, 6, 15))


def test_a_change_of_level_counts_again_from_the_receipt_and_not_before_its_day() -> None:
    desk = new_desk(at(30), policy=BY_LEVEL)
    case = case_on(desk, client_scope="national")

    later = desk.correct(case.reference, reason="un client local", client_scope="local", occurred_at=at(19))

    # Ten business days were over on 15 June; the level became local on Friday 19 June.
    assert due(later) == later.awaited_on == date(2026, 6, 19)
    assert later.answer_cycles[-1].levels == (Level.LOCAL,)
    assert later.deadline is not None
    ledger = later.deadline.ledger
    assert [day.day.day for day in ledger if day.counted] == [2, 3, 4, 5, 8, 9, 10, 11, 12, 15]
    assert [day.day.day for day in ledger if day.reason is LedgerReason.POSTPONED] == [16, 17, 18, 19]
    assert "reporté" in later.deadline._repr_html_()
    text = desk.explain(case.reference).text
    assert "C'est le délai du niveau local." in text
    assert "Le niveau a changé le 19/06/2026 : le délai est recompté depuis son début, sans expirer avant" in text
    assert "The level changed on 19 June 2026" in desk.explain(case.reference, lang="en").text
    assert "levels: local, not before: 2026-06-19" in desk.explain(case.reference, audience="developer").text
    alerts = [(one.alert.threshold, one.alert.late) for one in desk.sweep(at(19), preview=True)]
    assert alerts == [(Threshold.DUE_SOON, False), (Threshold.DUE_TODAY, False)]


def test_facts_that_leave_the_level_as_it_is_do_not_postpone_an_overdue_answer() -> None:
    desk = new_desk(at(30), policy=BY_LEVEL)
    case = case_on(desk, mobilisation=None)
    settled = desk.complete_facts(case.reference, mobilisation="local", occurred_at=at(19))
    assert due(settled) == date(2026, 6, 15)
    assert settled.answer_cycles[-1].level_changed_at is None


def test_an_answer_given_late_stays_late_whatever_the_level_becomes() -> None:
    desk = new_desk(at(30), policy=BY_LEVEL)
    case = factories.qualified(desk, received_at=at(1))
    desk.plan_nothing(case.reference, reason="le fait est isolé", occurred_at=at(2))
    desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="oui", occurred_at=at(17))

    moved = desk.correct(case.reference, reason="un client national", client_scope="national", occurred_at=at(18))

    assert due(moved) == date(2026, 6, 15)
    assert moved.deadline is not None
    assert moved.deadline.status(at(30), at(17)) is DeadlineStatus.MET_LATE
    rows = frames.caseload(desk)
    assert rows["deadline_levels"].to_list() == ["local"]
    assert frames.decide(rows, BY_LEVEL, FRANCE)["due_date"].to_list() == [date(2026, 6, 15)]
    with pytest.raises(FaultsError, match="codes of levels are expected"):
        frames.explain({**rows.row(0, named=True), "deadline_levels": "everywhere"}, BY_LEVEL, FRANCE)


def test_a_corrected_receipt_of_another_edition_has_the_levels_of_that_edition() -> None:
    old = attrs.evolve(m2_1(), edition="2025", in_force_until=date(2026, 5, 31))
    new = attrs.evolve(BY_LEVEL, in_force_from=date(2026, 6, 1))
    desk = new_desk(at(30), policy=PolicyBook([old, new]))
    case = desk.register(factories.facts(at(29, month=5), client_scope="regional"), site="CRE", occurred_at=at(1))
    corrected = desk.correct(case.reference, reason="le cachet", received_at=at(1), occurred_at=at(2))
    assert (due(case), due(corrected)) == (date(2026, 6, 12), date(2026, 6, 22))


def test_a_suspended_row_is_replayed_with_the_time_of_its_level() -> None:
    desk = new_desk(at(30), policy=BY_LEVEL)
    case = case_on(desk, client_scope="national")
    desk.suspend_deadline(case.reference, reason="une pièce manque", occurred_at=at(4))
    desk.resume_deadline(case.reference, occurred_at=at(9))
    changed = desk.correct(case.reference, reason="local", client_scope="local", occurred_at=at(10))
    # Of 2 to 18 June, the 4th, the 5th and the 8th are suspended: ten business days are over on 18 June.
    assert due(changed) == date(2026, 6, 18)
    rows = frames.caseload(desk)
    for caseload in (rows, rows.lazy()):
        replayed = replay(caseload, [BY_LEVEL], FRANCE).cases.lazy().collect()
        assert replayed["edition_1_due_date"].to_list() == [date(2026, 6, 18)]


def test_documents_from_before_levels_have_one_time_to_answer() -> None:
    rule = {"days": 10}
    document = {"terms": {"edition": "M2-1", "rule": rule}, "verdict": {"level": "local"}}
    assert without_levels(document) == {
        "terms": {"edition": "M2-1", "rule": {"days": 10, "months": 0, "by_level": {}}},
        "verdict": {"level": "local", "possible_levels": []},
    }
    assert without_levels({"terms": None, "verdict": None}) == {"terms": None, "verdict": None}
    assert rule == {"days": 10}


@pytest.mark.parametrize(
    ("deadline", "path"),
    [
        ({"by_level": {"regionale": 15}}, "deadline.by_level.regionale"),
        ({"by_level": {"regional": {"days": 3, "months": 2}}}, "deadline.by_level.regional"),
        ({"by_level": {"regional": {"weeks": 3}}}, "deadline.by_level.regional"),
        ({"by_level": {"regional": "15"}}, "deadline.by_level.regional"),
        ({"by_level": 5}, "deadline.by_level"),
        ({"months": 2, "first_day_counted": True}, "deadline.months"),
        ({"by_level": {"national": {"months": 2}}, "first_day_counted": True}, "deadline.by_level.national"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_its_path(deadline: dict[str, Any], path: str) -> None:
    with pytest.raises(FaultsError) as refused:
        parse_policy({"starts_from": "M2-1", "edition": "x", "deadline": deadline})
    assert path in {fault.path for fault in refused.value.faults}


def test_a_rule_by_level_is_counted_for_a_level() -> None:
    rule = BY_LEVEL.deadline
    with pytest.raises(ValueError, match="durations by level"):
        Deadline(FRANCE, rule, at(1))
    with pytest.raises(TypeError, match="durations"):
        DeadlineRule(by_level={"local": 5})
    assert FRANCE.deadline(at(1), rule).due == date(2026, 6, 15)
    assert rule.of_level("regional").days_in_words("en") == "15 business days"
    assert [DeadlineRule(months=one).days_in_words("en") for one in (1, 2)] == ["1 month", "2 months"]
    assert FRANCE.deadline(at(31, month=8), DeadlineRule(months=6)).due == date(2027, 3, 1)
    with pytest.raises(ValueError, match="2099"):
        FRANCE.deadline(at(1).replace(year=2095), DeadlineRule(months=60))


def test_the_times_by_level_are_named_for_readers() -> None:
    parameter = PARAMETERS["deadline_by_level"]
    assert parameter.valued(BY_LEVEL.deadline.by_level) == "régional : 15 jours ; national : 2 mois"
    assert parameter.valued({"local": Duration(days=1)}, "en") == "local: 1 day"
    assert parameter.valued({}) == "le même à tous les niveaux"
    assert Policy.from_json(BY_LEVEL.to_json()) == BY_LEVEL
    assert Policy(edition="x", parameters=Parameters(deadline=DeadlineRule())).digest == m2_1().digest
    facts = ComplaintFacts(received_at=at(1), satisfaction=5, **UNKNOWN_REACH)
    assert "niveaux possibles (régional, national)" in BY_LEVEL.assess(facts, FRANCE).explain()
    assert "possible levels (regional, national)" in BY_LEVEL.assess(facts, FRANCE).explain("en")


def test_columns_of_the_answer_clock_are_read_by_their_types() -> None:
    desk = new_desk(at(2), policy=BY_LEVEL)
    case_on(desk)
    rows = frames.caseload(desk)
    # Due on 15 June at the local level; the times of both others end on 22 June and 3 August.
    for changed_on, levels, day in ((24, None, 24), (None, "regional national", 22), (20, "regional national", 22)):
        changed = changed_on and date(2026, 6, changed_on)
        moved = rows.with_columns(level_changed_on=pl.lit(changed, pl.Date), deadline_levels=pl.lit(levels, pl.String))
        assert frames.decide(moved, BY_LEVEL, FRANCE)["due_date"].to_list() == [date(2026, 6, day)]
        assert frames.decide(moved, m2_1(), FRANCE)["due_date"].to_list() == [date(2026, 6, 15)]
        record = SimpleNamespace(**moved.select("reference", "level_changed_on", "deadline_levels").row(0, named=True))
        record.site, record.facts = "CRE", factories.facts(at(1))
        for messages in (moved, [record]):
            assert [one.days for one in compare(messages, m2_1(), BY_LEVEL, FRANCE).due_dates] == [day - 15]
    strange = moved.with_columns(deadline_levels=pl.lit("everywhere"))
    assert frames.decide(strange, BY_LEVEL, FRANCE, on_invalid="mark")["invalid"].to_list() == ["deadline_levels"]
    for columns in ({"level_changed_on": 5}, {"deadline_levels": 5}):
        with pytest.raises(FaultsError) as refused:
            frames.decide(moved.with_columns(**{name: pl.lit(one) for name, one in columns.items()}), BY_LEVEL, FRANCE)
        assert {fault.path for fault in refused.value.faults} == set(columns)
