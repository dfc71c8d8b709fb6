"""A state machine over every command of the desk: its properties hold after each, and every state is reached.

The run reports accepted commands, reached states and refusing guards; it fails if one of them never occurred.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import Case, CaseState, CommandRefusedError, CommandType, RecordedEvent, events
from reclamation_core.cases.guards import GUARDS
from reclamation_core.desk import CircularLinkError, Desk, SourceConflictError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import Effectiveness, Pgaac, PlanRefusedError
from reclamation_core.policy import Policy, PolicyBook, m2_1
from reclamation_core.policy.parameters import RoleParameters
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Channel, Eligibility, Role
from tests.inside import store_of
from tests.properties.desk.commands import CLOSING, ENDING, HANDLING, Ask, messages
from tests.unit.desk import factories
from tests.unit.desk.factories import at

SITES = ("CRE", "STD", "STR", "FDF")
START = at(1)
_OURS = attrs.evolve(m2_1().parameters, roles=RoleParameters(qualifying=(Role.RQR, Role.AQ)))
BOOK = PolicyBook(
    [
        Policy(edition="RQR et AQ qualifient", parameters=_OURS, in_force_until=date(2026, 5, 31)),
        Policy(
            edition="le délai se suspend",
            parameters=attrs.evolve(_OURS, deadline=DeadlineRule(suspensions_allowed=True)),
            in_force_from=date(2026, 6, 1),
        ),
    ]
)
"""Cases are received under the second; a receipt that is corrected may bring one under the first."""


def an_anonymous_note(desk: Desk, site: str, received_at: datetime) -> Case:
    """Register an anonymous low note."""
    note = factories.facts(received_at, channel="survey", formal=False, satisfaction=3)
    return desk.register(note, site=site, occurred_at=received_at)


def an_anonymous_case(desk: Desk, site: str, received_at: datetime) -> Case:
    """Bring a case of an unknown sender to its answer."""
    return factories.planned_nothing(desk, site=site, received_at=received_at, complainant=None)


def an_unclear_case(desk: Desk, site: str, received_at: datetime) -> Case:
    """Correct a qualified case so that it is to be clarified again."""
    case = factories.qualified(desk, site, received_at)
    return desk.correct(case.reference, reason="relu", nature=UNKNOWN, occurred_at=case.events[-1].occurred_at)


READY = (
    an_anonymous_note,
    an_anonymous_case,
    an_unclear_case,
    factories.qualified,
    factories.analysed,
    factories.planned_nothing,
    factories.answered,
    factories.closed,
)
USUAL: dict[CaseState, tuple[CommandType, ...]] = {
    CaseState.REGISTERED: (CommandType.TRANSCRIBE, CommandType.ADD_SUPPORT, CommandType.QUALIFY, CommandType.CONTAIN),
    CaseState.QUALIFIED: (CommandType.RECORD_CONTAINMENT_EFFECT, CommandType.ANALYSE, CommandType.PLAN_NOTHING),
    CaseState.ANALYSED: (CommandType.PLAN,),
    CaseState.PLANNED: (CommandType.ANSWER, CommandType.CONTAIN, CommandType.RECORD_CONTAINMENT_EFFECT),
    CaseState.ANSWERED: (CommandType.RECORD_REACTION, CommandType.CLOSE),
    CaseState.CLOSED: (CommandType.REOPEN, CommandType.ANONYMISE),
}
_SUSPENDING = (events.DeadlineSuspended, events.DeadlineResumed, events.Reopened)
CASES = st.integers(0, 9)
ROLES = st.sampled_from([Role.RQR, Role.RQR, Role.AQ, Role.HANDLING_UNIT])
# Mostly now; at the receipt, before it, or in an hour.
Moment: TypeAlias = Callable[[Case, datetime], datetime | None]
NOW: tuple[Moment, ...] = (lambda _, __: None,)
OTHER: tuple[Moment, ...] = (
    lambda case, _: case.received_at,
    lambda case, _: case.received_at - timedelta(minutes=1),
    lambda _, now: now + timedelta(hours=1),
)
MOMENTS = (*NOW * 5, *OTHER)


@attrs.define
class Reached:
    """The commands, states and guards that a run has reached."""

    verbs: set[CommandType] = attrs.field(factory=set)
    states: set[CaseState] = attrs.field(factory=set)
    guards: set[str] = attrs.field(factory=set)
    steps: int = 0

    def is_all(self) -> bool:
        """Return True once each command was accepted, each state reached, and each guard has refused.

        No edition of these lives reserves commands to roles, or requires documents; `test_roles` and `test_documents`
        have editions that do.
        """
        guards = {guard.id for guard in GUARDS} - {"role-not-allowed", "no-document"}
        return (self.verbs, self.states, self.guards) == (set(CommandType), set(CaseState), guards)

    def report(self) -> str:
        return (
            f"{self.steps} acts asked for: {len(self.verbs)} of {len(CommandType)} acts accepted, "
            f"{len(self.states)} of {len(CaseState)} states reached, {len(self.guards)} of {len(GUARDS)} guards refused"
        )


class Life(RuleBasedStateMachine):
    """Desks on one store, with a separate record of every accepted event."""

    def __init__(self, reached: Reached) -> None:
        super().__init__()
        self.reached = reached
        self.clock = FakeClock(START)
        self.desk = factories.new_desk(clock=self.clock, policy=BOOK)
        self.told: dict[str, list[RecordedEvent]] = {}
        self.sources: dict[str, str] = {}
        self.touched: set[str] = set()
        self.first = 0
        self.stored: tuple[object, ...] | None = None

    @initialize()
    def begin(self) -> None:
        """Register one of each message, and close one case."""
        for message, site in enumerate((*SITES, *SITES[:2])):
            self.register(message=message, site=site, source=None)
        self.bring(factories.closed, "CRE")
        self.bring(an_unclear_case, "CRE")
        named = {CommandType.IDENTIFY_COMPLAINANT, CommandType.CORRECT_COMPLAINANT}
        followed = {CommandType.ASSIGN, CommandType.UNASSIGN, CommandType.ADD_NOTE, CommandType.SUGGEST, *named}
        for asked in (asked for asked in (*ENDING, *ENDING) if asked[0] in followed):
            self.ask(asked, 0, Role.RQR, NOW[0])
        answers = [asked for asked in HANDLING if asked[0] is CommandType.ANSWER]
        for asked in answers:
            self.ask(asked, 0, Role.RQR, NOW[0])
        self.register(message=0, site=SITES[0], source="m-1")  # without a name
        for asked in (*answers, *(asked for asked in ENDING if asked[0] in named)):
            self.ask(asked, 0, Role.RQR, NOW[0])
        self.first = len(self.told)
        for number in range(self.first):
            for asked in (asked for asked in HANDLING if asked[0] is CommandType.QUALIFY):
                self.ask(asked, number, Role.RQR, NOW[0])

    def case(self, number: int) -> Case:
        """Return one of the cases, the latest being number 0."""
        references = sorted(self.told)
        return self.desk.cases.get(references[-1 - number % len(references)])

    def write_down(self, case: Case, verb: CommandType | None = None) -> None:
        """Record the new events and the new state."""
        known = self.told.setdefault(case.reference, [])
        assert list(case.events[: len(known)]) == known
        assert len(case.events) == len(known) + 1 or verb is None
        known += case.events[len(known) :]
        self.stored = None
        self.touched.add(case.reference)
        self.reached.states.add(case.state)
        if verb is not None:
            self.reached.verbs.add(verb)

    @rule(message=st.integers(0, 6), site=st.sampled_from(SITES), source=st.sampled_from([None, None, "m-1", "m-2"]))
    def register(self, message: int, site: str, source: str | None) -> None:
        facts = messages(self.clock.now())[message]
        anonymous = source is not None or getattr(facts, "channel", None) is Channel.SURVEY
        who = None if anonymous else "Mme Ly"
        known = self.sources.get(source or "")
        taken: str | None = None
        try:
            case = self.desk.register(facts, site=site, source=source, complainant=who, verbatim="la salle est froide")
        except SourceConflictError as error:
            taken = error.reference
        if taken is not None:
            assert taken == known
            return
        if known is not None:
            assert (case.reference, list(case.events)) == (known, self.told[known])
            return
        assert case.reference not in self.told
        if source is not None:
            self.sources[source] = case.reference
        self.write_down(case)

    @rule(ready=st.sampled_from(READY), site=st.sampled_from(SITES))
    def bring(self, ready: Callable[..., Case], site: str) -> None:
        self.write_down(ready(self.desk, site=site, received_at=self.clock.now()))

    @rule(asked=st.sampled_from(HANDLING), number=CASES, role=ROLES, moment=st.sampled_from(MOMENTS))
    def handle(self, asked: tuple[CommandType, Ask], number: int, role: Role, moment: Moment) -> None:
        self.ask(asked, number, role, moment)

    @rule(asked=st.sampled_from(CLOSING), number=CASES, role=ROLES, moment=st.sampled_from(MOMENTS))
    def close(self, asked: tuple[CommandType, Ask], number: int, role: Role, moment: Moment) -> None:
        self.ask(asked, number, role, moment)

    @rule(asked=st.sampled_from(ENDING), number=CASES, role=ROLES, moment=st.sampled_from(MOMENTS))
    def end(self, asked: tuple[CommandType, Ask], number: int, role: Role, moment: Moment) -> None:
        self.ask(asked, number, role, moment)

    @rule(number=CASES, first=st.integers(0, 40), role=ROLES, moment=st.sampled_from(MOMENTS))
    def ask_for_everything(self, number: int, first: int, role: Role, moment: Moment) -> None:
        """Run every command, one after the other, from a random beginning."""
        asks = (*HANDLING, *CLOSING, *ENDING)
        for place in range(len(asks)):
            self.ask(asks[(first + place) % len(asks)], number, role, moment)
            self.a_case_is_the_fold_of_its_history()

    @rule(number=CASES, choice=st.integers(0, 5), role=ROLES)
    def go_on(self, number: int, choice: int, role: Role) -> None:
        """Run the usual next command, so that cases reach late states."""
        usual = USUAL[self.case(number).state]
        verb = usual[choice % len(usual)]
        asks = [asked for asked in (*HANDLING, *CLOSING, *ENDING) if asked[0] is verb]
        self.ask(asks[choice % len(asks)], number, role, NOW[0])

    def ask(self, asked: tuple[CommandType, Ask], number: int, role: Role, moment: Moment) -> None:
        verb, ask = asked
        case = self.case(number)
        before = self.stored or self.everything()
        self.reached.steps += 1
        try:
            changed = ask(self.desk.acting("M. Petit", role), case, moment(case, self.clock.now()))
        except (CommandRefusedError, CircularLinkError, PlanRefusedError) as refused:
            if isinstance(refused, CommandRefusedError):
                self.write_refusal_down(refused, case, verb)
            self.stored = self.everything()
            assert self.stored == before
        else:
            self.write_down(changed, verb)

    def write_refusal_down(self, refused: CommandRefusedError, case: Case, verb: CommandType) -> None:
        assert (refused.case, refused.command) == (case.reference, verb)
        assert refused.guards
        self.reached.guards |= {guard.id for guard in refused.guards}

    def everything(self) -> tuple[object, ...]:
        """Return the contents of the store."""
        with store_of(self.desk).unit_of_work() as unit:
            plans: tuple[Pgaac, ...] = tuple(unit.plans.get(scope) for scope in unit.plans.scopes())
        return self.desk.cases.find(CaseQuery(limit=500)).cases, self.desk.feed(limit=5000), plans

    @rule(number=CASES, effective=st.booleans())
    def settle(self, number: int, effective: bool) -> None:
        """Complete an action of a case, or abandon it."""
        case = self.case(number)
        self.stored = None
        with store_of(self.desk).unit_of_work() as unit:
            plans = [unit.plans.get(scope) for scope in unit.plans.scopes()]
        for plan in plans:
            for action in plan.actions:
                if case.reference in action.cases and action.judgement is None and action.abandonment is None:
                    living = self.desk.pgaac(plan.scope)
                    if not effective:
                        living.abandon(action.reference, reason="inutile")
                    else:
                        living.finish(action.reference, evidence="la liste")
                        living.judge(action.reference, Effectiveness.EFFECTIVE, why="rien depuis")
                        living.close(action.reference)

    @rule(days=st.integers(0, 9), back=st.booleans())
    def time_goes_by(self, days: int, back: bool) -> None:
        """A clock may be set back a little."""
        if back and self.clock.now() > START:
            self.clock.set(self.clock.now() - timedelta(hours=1))
        else:
            self.clock.advance(days=days)

    @rule()
    def sweep(self) -> None:
        for reference in {alert.reference for alert in self.desk.sweep()}:
            self.write_down(self.desk.cases.get(reference))
        assert self.desk.sweep() == ()
        for reference in self.told:
            written = self.desk.cases.get(reference).alerts
            told = [(one.clock, one.threshold, one.due, one.action) for one in written]
            assert len(told) == len(set(told))

    @invariant()
    def a_case_is_the_fold_of_its_history(self) -> None:
        for reference in self.touched:
            case = self.desk.cases.get(reference)
            assert Case.from_events(case.events, case.vault) == case
            assert list(case.events) == self.told[reference]
            recorded = [event.recorded_at for event in case.events]
            assert recorded == sorted(recorded)
            self.clock_and_state_follow(case)
        self.touched = set()

    def clock_and_state_follow(self, case: Case) -> None:
        """Compare state and answer clock with a second computation from the events."""
        running = closed = False
        for event in self.told[case.reference]:
            running = (running or isinstance(event.data, events.Registered | events.Reopened)) and not isinstance(
                event.data, events.Answered | events.Withdrawn | events.Closed
            )
            closed = (closed or isinstance(event.data, events.Closed)) and not isinstance(event.data, events.Reopened)
        asked = case.kind == "complaint" and case.eligibility is not Eligibility.OUT_OF_SCOPE
        turns = [event.data for event in case.events if isinstance(event.data, _SUSPENDING)]
        is_open = running and bool(turns) and isinstance(turns[-1], events.DeadlineSuspended)
        assert is_open or not case.is_deadline_suspended  # one that is open may be after the due date, once corrected
        assert (case.awaited_on is not None) == (running and asked and not case.is_deadline_suspended)
        assert (case.state is CaseState.CLOSED) == (case.closed_at is not None) == closed
        assert (case.deadline is not None) == asked

    @invariant()
    def the_feed_has_every_event_once_in_order(self) -> None:
        items = self.desk.feed(limit=5000)
        assert [item.position for item in items] == sorted({item.position for item in items})
        found: dict[str, list[RecordedEvent]] = {}
        for item in items:
            found.setdefault(item.event.case, []).append(item.event)
        assert found == self.told

    @invariant()
    def each_case_has_a_reference_of_its_own(self) -> None:
        references = [case.reference for case in self.desk.cases.find(CaseQuery(limit=500)).cases]
        assert references == sorted(self.told)
        assert self.desk.cases.count() == len(references)

    @invariant()
    def a_scoped_desk_sees_its_own_cases(self) -> None:
        here = self.desk.scoped(site="CRE")
        own = sorted(reference for reference, stream in self.told.items() if "CRE" in self.places(stream))
        assert [case.reference for case in here.cases.find(CaseQuery(limit=500)).cases] == own
        assert here.cases.count() == len(own)
        assert {item.event.case for item in here.feed(limit=5000)} == set(own)

    def teardown(self) -> None:
        """Run every command on each of the first cases, then anonymise it, unless a run before has reached all."""
        if self.reached.is_all():
            assert list(self.desk.verify()) == []
            return
        self.clock.advance(days=1)
        for number in range(len(self.told) - 1, len(self.told) - 1 - self.first, -1):
            for moment in (*NOW, *OTHER):
                self.ask_for_everything(number, 0, Role.HANDLING_UNIT if number % 2 else Role.RQR, moment)
            for asked in (*CLOSING, *ENDING[::-1], *HANDLING):
                self.ask(asked, number, Role.RQR, NOW[0])
        self.register(message=0, site=SITES[0], source=None)
        self.clock.advance(days=40)
        unqualified = {CommandType.SUSPEND_DEADLINE, CommandType.PLAN_NOTHING, CommandType.CLOSE}
        for asked in (asked for asked in (*ENDING, *HANDLING, *CLOSING) if asked[0] in unqualified):
            self.ask(asked, 0, Role.RQR, NOW[0])
        self.the_feed_has_every_event_once_in_order()
        assert list(self.desk.verify()) == []

    @staticmethod
    def places(stream: list[RecordedEvent]) -> set[str]:
        registered: Any = stream[0].data
        units = [
            event.data.handling_unit for event in stream if isinstance(event.data, events.Registered | events.Rerouted)
        ]
        return {registered.site, *registered.service_sites, units[-1]}


@pytest.mark.slow
def test_random_commands_preserve_every_property_and_reach_every_state(
    record_property: Callable[[str, object], None],
) -> None:
    reached = Reached()
    examples = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 7
    run_state_machine_as_test(
        lambda: Life(reached),  # type: ignore[arg-type]  # whatever makes a machine will do
        settings=settings(max_examples=examples, stateful_step_count=40),
    )
    record_property("reached", reached.report())
    print(reached.report())  # noqa: T201  shown by `pytest -rP`
    assert reached.is_all(), {guard.id for guard in GUARDS} - reached.guards


def test_an_unreached_state_is_reported() -> None:
    assert Reached().report() == (
        f"0 acts asked for: 0 of {len(CommandType)} acts accepted, 0 of 6 states reached, "
        f"0 of {len(GUARDS)} guards refused"
    )


def test_a_lost_event_is_detected() -> None:
    life = Life(Reached())
    life.begin()
    life.the_feed_has_every_event_once_in_order()
    life.told["R-2026-000001"].append(life.told["R-2026-000001"][0])
    with pytest.raises(AssertionError):
        life.the_feed_has_every_event_once_in_order()
