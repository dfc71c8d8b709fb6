"""What each strategy draws, of what its documentation names, and what its options leave out."""

import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count, product
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reclamation_core.calendars import DayType, Territory
from reclamation_core.cases import Admissibility, CaseKind, CaseState, Trace
from reclamation_core.cases.causes import (
    CauseStatus,
    EightD,
    FiveWhys,
    Ishikawa,
    Pdca,
    PdcaDecision,
    PdcaVerdict,
    Qqoqcp,
    Scheme,
)
from reclamation_core.cases.causes.cause_tree import CauseTree, TreeFact
from reclamation_core.cases.events import CASE_EVENTS, ContainmentEffectRecorded, DateCorrected, SupportAdded
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionOrigin, ActionSheet, ActionType, ScopeKind
from reclamation_core.policy import Parameters, RetentionParameters, RiskParameters, SurveyParameters, m2_1
from reclamation_core.tables import Boolean, Day, Enumeration, HitPolicy, Integer, Number, Row
from reclamation_core.tables.conditions import Operator
from reclamation_core.testing import strategies as s
from reclamation_core.testing.properties.case import Stage
from reclamation_core.testing.strategies import calendar, case, cause, command, fact, plan, policy
from reclamation_core.testing.strategies.cause import METHODS
from reclamation_core.vocabulary import FACTS, Band, Channel, Complainant, Level, RetentionMode, Role, Site
from tests.unit.policy.own_facts import own_policy

BOTH = (True, False)
KNOWN = [
    "channel", "formal", "complainant", "nature", "requirement", "sold_service", "client_scope", "service_reach",
    "mobilisation",
]  # fmt: skip
X = st.just("x")
NOON, FIRST, LAST = datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 3, 1), date(2026, 3, 2)
Read = Callable[[Any], Iterable[Any]]


class AllDrawnError(Exception):
    """Everything was drawn."""


def drawn(strategy: st.SearchStrategy[Any], read: Read, expected: set[Any]) -> set[Any]:
    """What is read of 50 draws, and of as many more until all that is expected was read."""
    found, draws = set[Any](), count()

    def look(one: Any) -> None:
        found.update(read(one))
        if next(draws) >= 50 and found >= expected:
            raise AllDrawnError

    every = settings(max_examples=1000, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    with suppress(AllDrawnError):
        every(given(strategy)(look))()
    return found


def of_text(text: str) -> set[str]:
    has = {
        "accent": "é" in text, "emoji": "\U0001f469\u200d" in text, "long": len(text) > 9_999,
        "formula": text[0] in "=+@", "script": "<script>" in text, "SQL": "DROP" in text,
        "right to left": "\u200f" in text, "last": "\U0010ffff" in text,
        "combining": any(map(unicodedata.combining, text)),
    }  # fmt: skip
    return {name for name, found in has.items() if found}


def fields(*names: str) -> Read:
    """Fields, lists as their lengths, and other values than these as their types."""

    def read(one: Any) -> Iterable[Any]:
        for name in names:
            value = getattr(one, name)
            yield name, len(value) if isinstance(value, tuple | dict) else value

    return read


def each(**values: Iterable[Any]) -> set[Any]:
    return {(name, value) for name, some in values.items() for value in some}


def every_code(names: Iterable[str], *more: Any) -> set[Any]:
    return each(**{name: [*getattr(FACTS[name].domain, "values", BOTH), *more] for name in names})


def varying(strategy: st.SearchStrategy[Any], *classes: Any, but: str = "") -> tuple[Any, Read, set[Any]]:
    """Every field of the drawn values of these classes varies but a few."""
    first = dict[str, Any]()

    def read(one: Any) -> Iterable[Any]:
        has = attrs.asdict(one, recurse=False) if attrs.has(type(one)) else {}
        names = {f"{type(one).__name__}.{name}": value for name, value in has.items() if isinstance(one, classes)}
        yield from (name for name, value in names.items() if first.setdefault(name, value) != value)
        for value in one if isinstance(one, tuple) else has.values():
            yield from read(value)

    every = {f"{cls.__name__}.{field.name}" for cls in classes for field in attrs.fields(cls)}
    return strategy, read, {name for name in every if not {name, name.partition(".")[2]} & {*but.split()}}


def own_names(facts: Any) -> Iterable[str]:
    return [f"own.{name}" for name in facts.own]


OWN = own_policy()
OWN_FACTS = {one.key for one in OWN.facts if "complaint" in one.kinds}
OPERATORS = {*Operator} - {Operator.ABOVE_BELOW, Operator.ABOVE_TO, Operator.FROM_BELOW, Operator.ALL_BUT}
HOSTILE = {"accent", "formula", "script", "SQL", "right to left", "combining", "last"}
RANGES: dict[str, tuple[st.SearchStrategy[Any], Read, set[Any]]] = {
    "texts": (s.texts(), of_text, {"accent"}),
    "emoji": (s.texts(emoji=True), of_text, {"accent", "emoji"}),
    "hostile": (s.texts(hostile=True), of_text, HOSTILE),
    "long": (s.texts(long=True), of_text, {"accent", "long"}),
    "calendars": (
        s.calendar_definitions(),
        fields("territory", "good_friday", "whit_monday_worked", "local_usages", "closures", "bridge_days"),
        each(territory=Territory, good_friday=BOTH, whit_monday_worked=BOTH, local_usages=BOTH, closures=range(4),
            bridge_days=range(4)),
    ),
    "open calendars": (
        s.calendars(territories=st.just(Territory.MAYOTTE), closed=False).map(lambda one: one.definition),
        fields("territory", "closures", "bridge_days"),
        each(territory=[Territory.MAYOTTE], closures=[0], bridge_days=[0])),
    "short names": (s.names(longest=5), lambda name: [len(name)], {1, 2, 3, 4, 5}),
    "sites": (s.sites(), fields("territory", "good_friday"), each(territory=Territory, good_friday=BOTH)),
    "site lists": (s.site_lists(), lambda sites: [len([*sites])], {1, 2, 3, 4}),
    "durations": (
        calendar.durations(most_days=3, most_months=2), fields("days", "months"), each(days=range(4), months=range(3))),
    "durations in days": (calendar.durations(most_days=3, most_months=0), fields("months"), each(months=[0])),
    "day ranges": (calendar.day_ranges(longest=3), lambda one: [(one.last - one.first).days], {0, 1, 2, 3}),
    "instants": (
        s.instants(first=FIRST, last=LAST), lambda one: [one.date(), datetime(2026, 3, 1, 12, tzinfo=UTC) <= one],
        {FIRST, LAST, True}),
    "rules": (
        s.deadline_rules(),
        lambda rule: [
            *fields("day_type", "first_day_counted", "suspensions_allowed", "due_soon", "by_level")(rule),
            rule.cut_off is None, *(("months", one.months > 0) for one in rule.by_level.values())],
        {*each(months=BOTH, day_type=DayType, first_day_counted=BOTH, suspensions_allowed=BOTH, due_soon=range(6),
            by_level=range(4)), *BOTH},
    ),
    "rules without an option": (
        s.deadline_rules(suspensions=False, by_level=False, most_months=0),
        fields("suspensions_allowed", "by_level", "months"),
        each(suspensions_allowed=[False], by_level=[0], months=[0])),
    "rules with every option": (
        s.deadline_rules(suspensions=True, by_level=True), fields("suspensions_allowed", "by_level"),
        each(suspensions_allowed=[True], by_level=range(1, 4))),
    "complaints": (s.complaint_facts(), fields(*KNOWN, "theme"), every_code([*KNOWN, "theme"], UNKNOWN)),
    "known complaints": (s.complaint_facts(unknown=False), fields(*KNOWN), every_code(KNOWN)),
    "malfunctions": (s.malfunction_facts(), fields(*KNOWN[-2:]), every_code(KNOWN[-2:], UNKNOWN)),
    "known malfunctions": (s.malfunction_facts(unknown=False), fields(*KNOWN[-2:]), every_code(KNOWN[-2:])),
    "own facts": (s.complaint_facts(policy=OWN), own_names, OWN_FACTS),
    "own facts in scope": (s.complaint_facts(policy=OWN, admissibility=Admissibility.IN_SCOPE), own_names, OWN_FACTS),
    "own facts of malfunctions": (
        s.malfunction_facts(policy=OWN), own_names, {one.key for one in OWN.facts if "malfunction" in one.kinds}),
    "scopes": (plan.plan_scopes(), lambda one: [one.kind], set(ScopeKind)),
    "references": (plan.action_sheets(words=X), lambda one: [one.reference[0], one.reference == "A"], {*"ABz9", *BOTH}),
    "actions": (
        plan.action_sheets(words=X), fields("type", "origin", "spread"),
        each(type=ActionType, origin=ActionOrigin, spread=range(4))),
    "analyses": (s.analyses(words=X), lambda one: [type(one)], set(METHODS)),
    "whys": (s.analyses(of=FiveWhys, words=X), fields("chains"), each(chains=range(1, 5))),
    "Ishikawa": (
        s.analyses(of=Ishikawa, words=X), lambda one: [one.scheme, *(cause.status for cause in one.causes)],
        {*Scheme, *CauseStatus}),
    "wheels": (
        s.analyses(of=Pdca, words=X),
        lambda one: [
            one.checking and one.checking.verdict, one.acting and one.acting.decision,
            sum(step is not None for step in (one.doing, one.checking, one.acting))],
        {None, *PdcaVerdict, *PdcaDecision, *range(4)}),
    "risks": (policy.risk_parameters(), fields("least_band_at_severity_4"), each(least_band_at_severity_4=Band)),
    "complexities": (
        policy.complexity_parameters(), fields("band", "causes", "recurrences", "level", "conforming_exempt"),
        each(band=[*Band][1:], causes=range(1, 10), recurrences=range(1, 10), level=[*Level][1:],
            conforming_exempt=BOTH)),
    "parameters": (
        s.policy_parameters(),
        lambda one: [
            one.retention.mode, one.texts.longest, one.support.document_required, len(one.roles.qualifying),
            ("days", one.acknowledgement.days), ("closures", len(one.closures))],
        {*RetentionMode, 1_000, 100_000, 10_000_000, *BOTH, 2, 3, *each(days=range(6), closures=range(4))}),
    "fields of events": varying(
        s.event_data(), *CASE_EVENTS.commands,
        but="plan handling_unit recourse collective told_at override terms verdict by fact Linked.to "
        "FactSuggested.words Analysed.facts InformationRequested.facts Qualified.facts"),
    "events and measures": (
        s.event_data(of=ContainmentEffectRecorded) | s.event_data(of=DateCorrected),
        lambda one: [getattr(one, "event", None), getattr(one, "measure", None)], {None, *range(1, 10)}),
    "supports": (
        s.event_data(of=SupportAdded), lambda one: [len(one.documents), one.source is None], {0, 1, 2, *BOTH}),
    "sites of sequences": (
        s.command_sequences(sites=X, kind=CaseKind.COMPLAINT),
        lambda one: [one.site, *(getattr(step.data, "handling_unit", "x") for step in one.steps)], {"x"}),
    "receipts and steps": (
        s.command_sequences(state=CaseState.REGISTERED, received_at=st.just(NOON), most=2),
        lambda one: [one.facts.received_at, len(one.steps)], {NOON, *range(4)}),
    "receipts of properties": (
        Stage(NOON, m2_1(), ()).receipts, lambda one: [timedelta() < NOON - one <= timedelta(60)], {True}),
    "steps": (
        command.command_steps(data=X), fields("role", "after"),
        each(role=[Role.RQR, Role.AQ, Role.HANDLING_UNIT], after=[timedelta(hours=one) for one in (1, 5, 30, 200)])),
    "registrations": (
        s.registrations(facts=s.malfunction_facts(), sites=X),
        lambda one: [one.site, len(one.service_sites), one.complainant, one.remedy_sought], {"x", 0, 1, None}),
    "surveys": (
        s.survey_facts(), fields("channel", "complainant"),
        each(channel=[Channel.SURVEY], complainant=[Complainant.TRAINEE, Complainant.COMPANY])),
    "values of own facts": (
        s.complaint_facts(policy=OWN), lambda one: [one.own.get("funder")], {"opco", "region", None}),
    "sheets": (
        s.action_sheets(sites=X, families=X, references=X), lambda one: [one.reference, one.site, one.cause_family],
        {"x", None}),
    "plans": (s.pgaacs(most=3), lambda one: [one.scope.kind, len(one.events)], {*ScopeKind, *range(4)}),
    "traces": varying(case.traces(), Trace),
    "taxonomies": (case.taxonomies(), lambda one: [len(one.families)], {1, 2, 3, 4}),
    "books": (s.policy_books(parameters=st.just(Parameters())), lambda one: [len(one.editions)], {1, 2, 3}),
    "8D": varying(s.analyses(of=EightD), EightD),
    "QQOQCP": varying(s.analyses(of=Qqoqcp), Qqoqcp),
    "tables": (
        s.decision_tables(),
        lambda one: [
            one.hit_policy, *((type(input_.domain), input_.absent) for input_ in one.inputs),
            *(condition.operator for row in one.rows for condition in row.when.values())],
        {*HitPolicy, *OPERATORS, *product([Boolean, Enumeration, Integer, Number, Day], BOTH)}),
    "chained tables": (
        s.chained_tables(), lambda one: [sum(input_.source is not None for input_ in one.inputs)], {1, 2}),
    "invalid texts": (
        s.invalid_texts(blank=False), lambda one: [(type(one.given["text"]), one.error)],
        {(str, ValueError), *((cls, TypeError) for cls in (int, bytes, list))}),
    "fields of parameters": varying(
        s.policy_parameters(), Parameters, RetentionParameters, RiskParameters, SurveyParameters, but="qualification"),
    "fields of sheets": varying(
        s.action_sheets(), ActionSheet,
        but="origin_reference cases process level finding requirement priority resources planned check_on"),
    "fields of trees": varying(s.analyses(of=CauseTree), CauseTree, TreeFact),
    "fields of sites": varying(s.sites(), Site, but="time_zone closures bridge_days"),
    "fields of rows": varying(s.decision_tables(), Row, but="wording"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", ["action_sheets", "analyses", "command_sequences", "event_data", "pgaacs", "registrations"]
)
def test_no_other_texts_are_drawn_where_texts_are_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (case, cause, command, fact, plan):
        monkeypatch.setattr(module, "texts", lambda: pytest.fail("other texts are drawn"))
    for option in [{}, {"state": CaseState.CLOSED}] if name == "command_sequences" else [{}]:
        drawn(getattr(s, name)(words=X, **option), lambda _: (), set())


@pytest.mark.parametrize("name", RANGES)
def test_a_strategy_draws_all_that_it_documents_and_nothing_else(name: str) -> None:
    strategy, read, expected = RANGES[name]
    assert drawn(strategy, read, expected) == expected
