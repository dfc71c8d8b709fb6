"""What a planted bug is shown on: the smallest case, stated by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from reclamation_core import calendars
from reclamation_core.cases import Case, CaseKind, CaseState
from reclamation_core.cases.causes import EightD
from reclamation_core.cases.events import ContainmentTaken
from reclamation_core.missing import ABSENT
from reclamation_core.plans import Pgaac
from reclamation_core.plans.events import ActionAdded
from reclamation_core.policy import m2_1
from reclamation_core.tables import Boolean, DecisionTable, HitPolicy
from reclamation_core.testing import strategies as s
from reclamation_core.vocabulary import Complainant, ComplaintFacts, Eligibility, Level, Mobilisation

pytestmark = pytest.mark.soak
BEGINS = date(2021, 1, 1)
UNSHRUNK = settings(database=None, derandomize=True, phases=[Phase.generate], deadline=None)


def smallest(strategy: st.SearchStrategy[Any], shows: Callable[[Any], bool]) -> Any:
    """The smallest example that shows a bug."""
    return find(strategy, shows, settings=settings(database=None, derandomize=True, max_examples=500, deadline=None))


def otherwise(facts: Any) -> dict[str, Any]:
    """In what facts are other than the formal, local complaint of a trainee by e-mail."""
    plain = ComplaintFacts(
        received_at=facts.received_at,
        channel="email",
        formal=True,
        complainant="trainee",
        nature="grievance",
        requirement="contractual",
        sold_service=True,
        client_scope="local",
        service_reach="one_centre",
        mobilisation="local",
    )
    names = (field.name for field in attrs.fields(ComplaintFacts))
    return {name: getattr(facts, name) for name in names if getattr(facts, name) != getattr(plain, name)}


def test_a_threshold_that_takes_the_note_6_in_is_shown_on_the_note_6_alone() -> None:
    def wrong(note: float) -> bool:
        return note <= 6

    assert smallest(s.notes(), lambda note: wrong(note) != (note < 6)) == 6


def test_a_policy_that_forgets_the_low_note_is_shown_on_one_low_note() -> None:
    def shows(facts: ComplaintFacts) -> bool:
        look_up = m2_1().tables["eligibility"].look_up
        without = look_up(attrs.evolve(facts, satisfaction=ABSENT)).outcome
        return look_up(facts).outcome is Eligibility.COMPLAINT and without is Eligibility.OUT_OF_SCOPE

    # The note is enough, against one other fact: any of them.
    found = otherwise(smallest(s.complaint_facts(), shows))
    assert (found.pop("satisfaction"), len(found)) == (0, 1)


def test_a_policy_that_forgets_companies_is_shown_on_a_company() -> None:
    def shows(facts: ComplaintFacts) -> bool:
        complaint = m2_1().tables["eligibility"].look_up(facts).outcome is Eligibility.COMPLAINT
        return complaint and facts.complainant is Complainant.COMPANY

    assert otherwise(smallest(s.complaint_facts(), shows)) == {"complainant": Complainant.COMPANY}


def test_a_level_that_forgets_the_mobilisation_is_shown_on_a_regional_one() -> None:
    broken = m2_1().tables["level"].without("regional-mobilisation")

    def shows(facts: ComplaintFacts) -> bool:
        return broken.look_up(facts).possible != m2_1().tables["level"].look_up(facts).possible

    assert otherwise(smallest(s.complaint_facts(unknown=False), shows)) == {"mobilisation": Mobilisation.REGIONAL}
    assert broken.look_up({"client_scope": "local", "mobilisation": "regional"}).outcome is not Level.REGIONAL


def test_a_calendar_that_forgets_a_closure_is_shown_on_a_closure_of_one_day() -> None:
    def shows(definition: calendars.CalendarDefinition) -> bool:
        forgetting = attrs.evolve(definition, closures=())
        return calendars.BusinessCalendar(forgetting).edition != calendars.BusinessCalendar(definition).edition

    found: calendars.CalendarDefinition = smallest(s.calendar_definitions(), shows)
    assert found == calendars.CalendarDefinition(closures=(BEGINS,), first_year=2020, last_year=2027)


def test_counting_saturdays_is_shown_on_one_jour_ouvre_received_on_a_friday() -> None:
    calendar = calendars.BusinessCalendar.france(first_year=2020, last_year=2027)

    def shows(asked: tuple[calendars.DeadlineRule, Any]) -> bool:
        rule, received_at = asked
        saturdays = attrs.evolve(rule, day_type=calendars.DayType.OUVRABLE)
        return calendar.deadline(received_at, rule).due != calendar.deadline(received_at, saturdays).due

    rule, received_at = smallest(
        st.tuples(s.deadline_rules(most_months=0, suspensions=False, by_level=False), s.instants()), shows
    )
    # Friday 1 January 2021, the first day drawn: a holiday, after which Saturday is worked by six days a week alone.
    assert rule == calendars.DeadlineRule(days=1, due_soon=0)
    assert received_at.date() == BEGINS


def test_a_fold_that_loses_an_event_is_shown_on_two_events() -> None:
    found: Case = smallest(
        s.cases(), lambda case: Case.from_events(case.events[:-1] or case.events, case.vault) != case
    )
    assert len(found.events) == 2  # the second one is any that leaves the state: none is simpler than another
    assert (found.kind, found.state, otherwise(found.facts)) == (CaseKind.COMPLAINT, CaseState.REGISTERED, {})


def test_a_containment_that_closes_a_case_is_shown_on_one_containment() -> None:
    def shows(stream: s.CommandSequence) -> bool:
        return any(isinstance(act.data, ContainmentTaken) for act in stream.steps)

    found: s.CommandSequence = smallest(s.command_sequences(state=CaseState.REGISTERED), shows)
    assert (found.steps, otherwise(found.facts)) == ((s.CommandStep(ContainmentTaken(measure="0")),), {})


def test_texts_shrink_to_the_first_that_is_too_long_or_to_the_shortest_formula() -> None:
    assert smallest(s.texts(long=True), lambda text: len(text) > 1_000) == "é" * 1_001
    assert smallest(s.texts(hostile=True), lambda text: text.startswith("=")) == "=1+1"


def test_taking_absence_for_a_no_is_shown_on_one_input_that_may_be_absent() -> None:
    found: DecisionTable[Any] = smallest(s.decision_tables(), lambda table: any(one.absent for one in table.inputs))
    assert [(type(one.domain), one.absent) for one in found.inputs] == [(Boolean, True)]
    assert (len(found.rows), found.hit_policy) == (1, HitPolicy.UNIQUE)


def test_a_plan_that_loses_its_actions_is_shown_on_one_action() -> None:
    found: Pgaac = smallest(s.pgaacs(most=6), lambda plan: bool(plan.actions))
    events = [type(event.data) for event in found.events]
    assert (events, found.read(found.actions[0].sheet.what)) == ([ActionAdded], "0")


def test_an_8d_that_loses_a_step_is_shown_on_its_first() -> None:
    assert smallest(s.analyses(of=EightD), lambda analysis: analysis != EightD()) == EightD().respond("0", needed=False)
