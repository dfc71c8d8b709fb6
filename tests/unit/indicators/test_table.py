"""Indicators of a period, by hand and by the law of the backlog."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, AnswerDecision, Case, CaseKind, CaseState
from reclamation_core.errors import FaultsError
from reclamation_core.indicators import (
    DIMENSIONS,
    INDICATORS,
    CasePeriod,
    IndicatorTable,
    ListedPeriods,
    ReportPeriod,
    indicator_table,
    periods_of,
)
from reclamation_core.indicators.catalogue import FigureUnit
from reclamation_core.plans import Effectiveness, Pgaac
from reclamation_core.reporting.indicators import indicators_report
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.contracts.samples import a_plan, judged
from reclamation_core.testing.strategies import cases
from reclamation_core.vocabulary import Channel, Level
from tests.unit.desk import factories

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
JUNE = (date(2026, 6, 1), date(2026, 6, 30))
ROW = CasePeriod(
    reference="R-0",
    since=START,
    until=None,
    unit="CRE",
    level=Level.LOCAL,
    admissibility=Admissibility.IN_SCOPE,
    channel=Channel.EMAIL,
    complainant=None,
    nature=None,
    theme=None,
    cycle=1,
    received_on=date(2026, 6, 1),
    due_on=date(2026, 6, 15),
    acknowledged_on=None,
    answered_on=None,
    decision=None,
    ended_on=None,
    mediation_on=None,
    can_be_acknowledged=True,
    supports=1,
)
INTO = ("received", "reopened", "moved_in", "newly_in_scope")
OUT = ("ended", "moved_out", "newly_out_of_scope")


def table_of(*rows: CasePeriod, as_of: date = date(2026, 6, 30), **options: Any) -> IndicatorTable:
    period = ReportPeriod(since=JUNE[0], until=JUNE[1], as_of=as_of)
    return indicator_table(ListedPeriods([(row,) for row in rows]), period, **options)


def some(count: int, **changes: Any) -> list[CasePeriod]:
    return [attrs.evolve(ROW, reference=f"R-{number}-{sorted(changes)}", **changes) for number in range(count)]


def test_on_time_is_of_the_answers_whose_last_day_has_come() -> None:
    """Nine on the last day, one late, one that is missing, one due later; one withdrawn on the last day is left out."""
    rows = [
        *some(9, answered_on=date(2026, 6, 15)),
        *some(1, answered_on=date(2026, 6, 16), supports=2),
        *some(1, theme="late"),
        *some(1, due_on=date(2026, 6, 30)),
        *some(1, ended_on=date(2026, 6, 15)),
        *some(1, due_on=date(2026, 7, 1), answered_on=date(2026, 6, 20)),
        *some(1, admissibility=Admissibility.OUT_OF_SCOPE, due_on=None),
    ]
    table = table_of(*rows)

    on_time = table.figure("on_time")
    assert (on_time.count, on_time.total) == (9, 11)
    assert on_time.value == pytest.approx(9 / 11)
    assert "R-" not in f"{table} {on_time}", "a register has thousands"
    assert table.figure("withdrawn_in_time").value == 1
    assert table.figure("overdue").cases == tuple(row.reference for row in some(1, theme="late"))
    assert (table.figure("overdue_11_20").value, table.figure("overdue_1_5").value) == (1, 0)
    early = table_of(*some(10, answered_on=date(2026, 6, 5)), *some(1, theme="open"), as_of=date(2026, 6, 10))
    assert (early.figure("on_time").total, early.figure("not_yet_due").count) == (10, 1)


def test_a_time_to_answer_counts_open_cases_for_the_time_passed() -> None:
    """Business days from Monday 1 June: the 3rd is 2 days later, the 15th 10."""
    rows = [
        *some(6, answered_on=date(2026, 6, 3)),
        *some(3, answered_on=date(2026, 6, 15), supports=3),
        *some(2, ended_on=date(2026, 6, 5)),
        *some(4, theme="open"),
    ]
    table = table_of(*rows)

    assert (table.figure("time_to_answer_median").value, table.figure("time_to_answer_p90").value) == (10, None)
    assert table.figure("answered_within_2").value == pytest.approx(6 / 15)
    # Two of the fifteen ended without an answer on the fourth day, seven were open before the tenth.
    assert table.figure("answered_within_10").value == pytest.approx(6 / 15 + 9 / 15 * 7 / 9 * 3 / 7)
    assert table.figure("acknowledged").value == 0
    assert table.figure("decided_founded").of == tuple(sorted(row.reference for row in rows[:9]))
    assert table.figure("decided_founded").value is None


def test_delays_add_up_the_business_days_after_the_last_day() -> None:
    """Answered on the 16th: one day late. Missing on the 30th: eleven."""
    rows = [*some(2, answered_on=date(2026, 6, 16)), *some(1), *some(9, answered_on=date(2026, 6, 10))]
    delay = table_of(*rows).figure("delay")
    assert (delay.value, delay.count, delay.total) == (2 * 1 + 11, 3, 12)


def test_a_cause_recurs_within_six_months_of_the_closing_at_the_same_unit() -> None:
    """Closed on 12 December 2025: six months end on 12 June 2026, within the period."""
    closed = {"ended_on": date(2025, 12, 12), "received_on": date(2025, 12, 1), "causes": ("a", "b")}
    again = {"received_on": date(2026, 6, 12), "causes": ("b", "c")}
    late = {"received_on": date(2026, 6, 13), "causes": ("a",)}

    def share(*rows: CasePeriod, **more: date) -> tuple[int | None, int | None]:
        figure = table_of(*some(10, **closed), *rows, names=["recurrence"], **more).figure("recurrence")
        return figure.count, figure.total

    assert share() == (0, 10)
    assert share(*some(1, **again)) == (10, 10)
    assert share(*some(1, **again, ended_on=date(2026, 7, 5)), as_of=date(2026, 7, 20)) == (10, 10)
    assert share(*some(1, **late)) == (0, 10)
    assert share(*some(1, **again, unit="STD")) == (0, 10)
    assert share(*some(3, **closed | {"ended_on": date(2026, 1, 15)})) == (0, 10)
    assert table_of(*some(10, **closed), as_of=date(2026, 6, 1)).figure("recurrence").total == 0


def test_questions_transfers_and_states_are_counted() -> None:
    rows = [*some(9, questions=2), *some(1, transfers=1), *some(2, state=CaseState.ANALYSED, cycle=2)]
    table = table_of(*rows)
    assert (table.figure("questions_asked").value, table.figure("transferred").value) == (0.9, 0.1)
    assert (table.figure("open_registered").count, table.figure("open_analysed").count) == (10, 2)


def test_actions_are_counted_as_they_were_known_on_the_day_of_the_report() -> None:
    """Each event of the plan is recorded a day after the one before it."""
    once = judged(a_plan(planned=date(2026, 6, 2)))
    events = [attrs.evolve(one, recorded_at=one.recorded_at + timedelta(days=one.number - 1)) for one in once.events]
    source = ListedPeriods([], [Pgaac.from_events(once.scope, events)])
    names = [*(name for name in INDICATORS if name.startswith("actions_")), "effectiveness"]
    first = ("site:CRE/A-1",)

    def counted(day: int) -> dict[str, Any]:
        period = ReportPeriod(since=JUNE[0], until=JUNE[1], as_of=date(2026, 6, day))
        table = indicator_table(source, period, names=names)
        return {row.indicator.name: row.figure.cases for row in table.rows if row.figure.count}

    assert counted(1) == {}
    assert counted(2) == {"actions_corrective": first, "actions_to_do": first}
    assert counted(3) == {"actions_corrective": first, "actions_in_progress": first, "actions_late": first}
    assert counted(5) == {"actions_verified": first, "effectiveness": first}
    period = ReportPeriod(since=JUNE[0], until=JUNE[1], as_of=JUNE[1])
    assert indicator_table(source, period, names=names, by="unit").figure("effectiveness", "CRE").total == 1
    assert indicator_table(source, period, names=names, by="level").rows == ()
    both = ListedPeriods([], [once, judged(a_plan("STD"), Effectiveness.NOT_EFFECTIVE)])
    for since, until, counts in ((*JUNE, (1, 2)), (date(2026, 5, 1), date(2026, 5, 31), (0, 0))):
        period = ReportPeriod(since=since, until=until, as_of=JUNE[1])
        figure = indicator_table(both, period, names=names).figure("effectiveness")
        assert (figure.count, figure.total) == counts


def test_a_decision_and_a_mediation_are_counted_in_their_period() -> None:
    rows = [
        *some(7, answered_on=date(2026, 6, 10), decision=AnswerDecision.FOUNDED),
        *some(5, answered_on=date(2026, 6, 11), decision=AnswerDecision.UNFOUNDED, mediation_on=date(2026, 6, 29)),
        *some(3, answered_on=date(2026, 7, 1), decision=AnswerDecision.FOUNDED, mediation_on=date(2026, 7, 2)),
    ]
    table = table_of(*rows, as_of=date(2026, 7, 31))
    assert table.figure("decided_founded").value == pytest.approx(7 / 12)
    assert table.figure("mediation").value == 5


def test_a_case_has_a_row_for_each_event_that_indicators_read_and_for_no_other() -> None:
    clock = FakeClock(factories.at(1))
    desk = factories.new_desk(clock=clock)
    reference, counts = factories.registered(desk).reference, []
    reroute = partial(desk.reroute, level=Level.LOCAL)
    ask = partial(desk.request_information, question="Quel jour était-ce ?")
    for command in (
        *(partial(desk.add_note, text="appelé"), desk.acknowledge, partial(desk.assign, to="m.klein")),
        *(ask, ask, partial(reroute, handling_unit="STR"), partial(reroute, handling_unit="CRE")),
        partial(reroute, handling_unit="CRE", level=Level.NATIONAL, reason="enjeu"),
    ):
        clock.advance(hours=1)
        command(reference)
        counts.append(len(periods_of(desk.cases.get(reference))))
    assert counts == [1, 2, 2, 3, 4, 5, 6, 7]
    assert [(row.questions, row.transfers) for row in periods_of(desk.cases.get(reference))] == [
        *((0, 0), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 2))
    ]


@given(st.lists(cases(), min_size=1, max_size=4), st.sampled_from([None, *DIMENSIONS]), st.data())
def test_the_backlog_adds_up_in_every_group_and_equals_the_cases_cut_at_the_day(
    some_cases: list[Case], by: str | None, data: st.DataObject
) -> None:
    france = BusinessCalendar.france()
    days = sorted(france.day_of(event.recorded_at) for case in some_cases for event in case.events)
    span = st.dates(days[0] - timedelta(days=3), days[-1] + timedelta(days=3))
    since, until, as_of = [*sorted([data.draw(span), data.draw(span)]), data.draw(span)]
    period = ReportPeriod(since=since, until=until, as_of=as_of)

    table = indicator_table(
        ListedPeriods(list(map(periods_of, some_cases))), period, by=by, names={"opening", "closing", *INTO, *OUT}
    )

    for group in {row.group for row in table.rows}:
        count = {name: table.figure(name, group).count or 0 for name in ("opening", "closing", *INTO, *OUT)}
        assert (
            count["opening"] + sum(count[name] for name in INTO) - sum(count[name] for name in OUT) == count["closing"]
        )
    for name, day in (("opening", since - timedelta(days=1)), ("closing", min(until, as_of))):
        end = datetime.combine(day + timedelta(days=1), time(), france.zone)
        cut = [[event for event in case.events if event.recorded_at < end] for case in some_cases]
        open_then = [case for case in map(Case.from_events, filter(None, cut)) if is_pending(case)]
        if day <= as_of:
            assert sum(row.figure.count or 0 for row in table.rows if row.indicator.name == name) == len(open_then)


def is_pending(case: Case) -> bool:
    in_scope = case.kind is CaseKind.COMPLAINT and case.admissibility is not Admissibility.OUT_OF_SCOPE
    return in_scope and case.closed_at is None and case.withdrawn_at is None


def test_groups_are_in_the_order_of_their_enumeration_and_the_unknown_is_last() -> None:
    rows = [*some(1, level=None), *some(1, level=Level.NATIONAL), *some(1, level=Level.LOCAL, supports=4)]
    table = table_of(*rows, by="level", names=["received"])
    assert [row.group for row in table.rows] == [Level.LOCAL, Level.NATIONAL, None]
    assert [figure["group"] for figure in table.to_document()["figures"]] == ["local", "national", "inconnu"]
    units = table_of(*some(1, unit="STD"), *some(1, unit="CRE"), by="unit", names=["received"])
    assert [units.group_in(row.group, "en") for row in units.rows] == ["CRE", "STD"]
    themes = table_of(*some(1, theme="equipment"), *some(1, theme=None), by="theme", names=["received"]).to_document()
    assert [figure["group"] for figure in themes["figures"]] == ["matériel et sécurité", "inconnu"]
    with pytest.raises(KeyError, match="closing"):
        units.figure("closing", "CRE")


def test_what_cannot_be_asked_is_refused_with_its_name() -> None:
    desk = Desk.in_memory()
    with pytest.raises(FaultsError) as caught:
        desk.indicators(since=JUNE[1], until=JUNE[0], by="age", names=["on_time", "speed"])
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("until", JUNE[0]),
        ("by", "age"),
        ("names", "speed"),
    ]


def test_each_indicator_has_words_in_both_languages_and_a_source() -> None:
    assert [one.name for one in INDICATORS.values()] == list(INDICATORS)
    other_exclusions = {"on_time", "not_yet_due", "acknowledged", "delay", "recurrence", "effectiveness"}
    other_exclusions |= {"time_to_answer_median", "time_to_answer_p90"}
    for one in INDICATORS.values():
        french, english = one.to_document("fr"), one.to_document("en")
        excludes_others = one.name in other_exclusions or one.name.startswith("actions_")
        assert (french["exclusions"] != "messages hors du cadre et dysfonctionnements") is excludes_others, one.name
        for field in ("label", "definition", "formula", "numerator", "as_of", "exclusions", "open_cases"):
            assert french[field], (one.name, field)
            assert french[field] != english[field] or field == "label", (one.name, field)
        assert re.findall(r"[éèêà]| [;:]| et ", str(english)) == [], one.name
        is_share = one.unit is FigureUnit.SHARE
        assert (one.denominator is not None) is (is_share or one.unit is FigureUnit.DAYS), one.name
        assert (one.minimum == 10) is (is_share or one.name.startswith("time_to_answer")), one.name
        assert (table_of(names=[one.name]).figure(one.name).total is None) is (one.denominator is None), one.name
    table = table_of(names=["on_time", "received"]).to_document()
    assert [each["indicator"] for each in table["indicators"]] == ["received", "on_time"]


def test_the_bands_of_the_age_of_overdue_answers_add_up() -> None:
    """Due on Friday 12 June 2026: no business day has passed on Sunday, one on Monday."""
    row = some(1, due_on=date(2026, 6, 12))
    assert table_of(*row, as_of=date(2026, 6, 12)).figure("overdue").count == 0
    assert table_of(*row, as_of=date(2026, 6, 12)).figure("not_yet_due").count == 1
    for day in (13, 14, 15, 19, 22, 26, 30):
        table = table_of(*row, as_of=date(2026, 6, day))
        bands = {name: table.figure(name).count for name in INDICATORS if name.startswith("overdue_")}
        assert sum(count or 0 for count in bands.values()) == table.figure("overdue").count == 1, day
        assert bands["overdue_0"] == (day < 15)
        assert table.figure("not_yet_due").count == 0


def test_a_withdrawal_is_excluded_by_an_answer_as_an_answer_by_a_withdrawal() -> None:
    """Without open cases both shares are plain ones."""
    rows = [*some(6, answered_on=date(2026, 6, 3)), *some(4, ended_on=date(2026, 6, 5))]
    table = table_of(*rows)
    assert table.figure("withdrawn_within_20").value == pytest.approx(0.4)
    assert table.figure("answered_within_20").value == pytest.approx(0.6)


def test_a_note_says_that_cases_were_recorded_after_the_month_of_their_receipt() -> None:
    desk, may = factories.new_desk(factories.at(10)), date(2026, 5, 31)
    for received in (datetime(2026, 5, day, 9, tzinfo=UTC) for day in (4, 5, 6)):
        desk.register(factories.facts(received), site="CRE")
    assert desk.indicators(since=date(2026, 5, 1), until=may, as_of=may).note is None  # none was known by then
    shown = desk.indicator_page(since=JUNE[0], until=JUNE[1])
    desk.register(factories.facts(factories.at(9)), site="CRE")

    note = desk.indicators(since=JUNE[0], until=JUNE[1]).note
    assert note is not None
    assert note.fr.startswith("Réclamations reçues : 4 au jour de leur enregistrement, 1 au jour de leur réception.")
    assert note.en.startswith("Complaints received: 4 by the day of recording, 1 by the day of receipt.")
    document = desk.indicators(since=date(2026, 5, 1), until=may, as_of=JUNE[1], by="unit").to_document("en")
    assert document["note"].startswith("Complaints received: 0 by the day of recording, 3 by")
    assert desk.indicators(since=JUNE[0], until=JUNE[1], names=["on_time", "received"]).note is None
    assert shown.whole.note is not None
    assert shown.published().whole.note is None
    assert shown.whole.note in indicators_report(shown, at=factories.at(10)).notes
    assert desk.indicators(since=date(2026, 5, 6), until=JUNE[1], as_of=JUNE[1]).note is not None
    assert desk.indicators(since=date(2026, 5, 4), until=JUNE[1], as_of=JUNE[1]).note is None
