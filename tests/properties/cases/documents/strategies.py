"""Anything that a document can hold, drawn from the annotations of the classes: a field that is added is drawn too."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import CalendarDefinition, DeadlineRule
from reclamation_core.cases import Case, CaseKind, EventStreamError, RecordedEvent, TextKind, Vault, apply
from reclamation_core.cases.events import CASE_EVENTS, CaseEvent, FactSuggested, InformationRequested, Registered
from reclamation_core.cases.journal import Checkpoint, Head
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cases.texts import Commitment, Secret, Text
from reclamation_core.cases.trace import Trace
from reclamation_core.plans import ActionSheet, PlanScope, RecordedPlanEvent
from reclamation_core.plans.events import PLAN_EVENTS, PlanEvent
from reclamation_core.plans.published import PlanLine
from reclamation_core.plans.signals import SignalSheet
from reclamation_core.testing.strategies import calendar_definitions, deadline_rules
from reclamation_core.testing.strategies.case import traces
from reclamation_core.testing.strategies.plan import busy_pgaacs, plan_scopes
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Level, MalfunctionFacts
from reclamation_core.vocabulary.facts import THEMES
from reclamation_core.vocabulary.own_facts import OWN_CODE, OWN_NAME, OwnFacts, OwnText

names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(str.strip)
"""Names of anything; shrinks towards "0"."""
labels = st.from_regex(r"[A-Zé][a-z0-9 '-]{0,6}[a-z0-9]", fullmatch=True)
"""Names on one line."""
sealed = st.binary(min_size=32, max_size=32).map(lambda digest: Commitment(digest.hex()))
"""Commitments to unknown texts."""
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC) | offsets)  # noqa: DTZ001  bounds are naive
own_values = st.one_of(
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.decimals(-(10**6), 10**6, places=2),
    st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    st.from_regex(OWN_CODE, fullmatch=True),
    st.builds(OwnText, digest=sealed.map(lambda one: one.digest), personal=st.booleans()),
)
"""What cases have of an edition's own facts: codes, numbers, days, and texts sealed."""
own_facts = st.dictionaries(st.from_regex(OWN_NAME, fullmatch=True), own_values, max_size=3).map(OwnFacts)
days = st.dates(date(2000, 1, 1), date(2099, 1, 1))


@st.composite
def facts(draw: st.DrawFn, cls: Any) -> Any:
    """Facts of a complaint or of a malfunction; shrinks towards those of which nothing is known."""
    given: dict[str, Any] = {
        field.name: draw(anything(field.type))
        for field in attrs.fields(cls)
        if field.name == "received_at" or draw(st.booleans())
    }
    bounds = {"likelihood": (1, 4), **dict.fromkeys((name for name in given if name.startswith("severity_")), (0, 4))}
    for name, (least, most) in bounds.items():
        if isinstance(given.get(name), int):
            given[name] = draw(st.integers(least, most))
    if isinstance(given.get("theme"), str):
        given["theme"] = draw(st.sampled_from(THEMES.values))
    return cls(**given)


for cls in (ComplaintFacts, MalfunctionFacts):
    attrs.resolve_types(cls)
complaints = facts(ComplaintFacts)
malfunctions = facts(MalfunctionFacts)


@st.composite
def registrations(draw: st.DrawFn) -> Registered:
    """Registrations whose facts are of their kind; shrinks towards a complaint."""
    kind = draw(st.sampled_from(CaseKind))
    own = complaints if kind is CaseKind.COMPLAINT else malfunctions
    registered: Registered = draw(built(Registered, kind=st.just(kind), facts=own))
    return registered


@st.composite
def sheets(draw: st.DrawFn) -> ActionSheet:
    """Sheets at a site or a level, to be done before they are checked."""
    at_site, planned = draw(st.booleans()), draw(st.none() | days)
    later = days if planned is None else st.integers(0, 99).map(lambda more: planned + timedelta(days=more))
    sheet: ActionSheet = draw(
        built(
            ActionSheet,
            site=labels if at_site else st.none(),
            level=st.none() if at_site else st.sampled_from(Level),
            planned=st.just(planned),
            check_on=st.none() | later,
        )
    )
    return sheet


@st.composite
def signal_sheets(draw: st.DrawFn) -> SignalSheet:
    """Sheets of signals, their quantities from 0 on."""
    quantities = st.floats(0, 1e12)
    sheet: SignalSheet = draw(built(SignalSheet, expected=quantities, recurrence_weeks=quantities))
    return sheet


lines: st.SearchStrategy[PlanLine] = busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.lines))
"""Lines of published plans."""
support_documents: st.SearchStrategy[SupportDocument] = st.builds(
    SupportDocument,
    key=st.from_regex(r"[A-Za-z0-9-]{1,64}/[0-9a-f]{32}", fullmatch=True),
    size=st.integers(0, 10**9),
    media_type=st.sampled_from(["application/pdf", "text/plain", "message/rfc822"]),
    name=sealed,
    sha256=sealed,
)
"""Documents of supports, with names and hashes sealed."""

_OWN: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (Text, sealed),
    (Commitment, sealed),
    (ComplaintFacts, complaints),
    (MalfunctionFacts, malfunctions),
    (OwnFacts, own_facts),
    (Registered, registrations()),
    (ActionSheet, sheets()),
    (SignalSheet, signal_sheets()),
    (SupportDocument, support_documents),
    (Trace, traces()),
    (PlanScope, plan_scopes()),
    (tuple[PlanLine, ...], st.lists(lines, max_size=2, unique_by=lambda line: line.reference)),
    (tuple[TextKind, ...], st.lists(st.sampled_from(TextKind), min_size=1, unique=True).map(tuple)),
    (
        InformationRequested,
        st.builds(
            InformationRequested,
            facts=st.lists(st.sampled_from(list(FACTS)), min_size=1, max_size=3, unique=True).map(tuple),
            question=st.none() | sealed,
        ),
    ),
    (
        FactSuggested,
        st.builds(
            FactSuggested,
            fact=st.just("theme"),
            value=st.sampled_from(THEMES.values),
            by=labels,
            by_version=labels,
            words=st.lists(labels, max_size=2),
        ),
    ),
    (DeadlineRule, deadline_rules()),
    (CalendarDefinition, calendar_definitions()),
    (datetime, instants),
    (date, days),
    (bool, st.booleans()),
    (int, st.integers(1, 10**6)),
    (float, st.integers(0, 10**20) | st.floats(allow_nan=False, allow_infinity=False)),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (str, labels),
    (NoneType, st.none()),
]
_EVENTS: dict[Any, Any] = {CaseEvent: CASE_EVENTS.classes, PlanEvent: PLAN_EVENTS.classes}


def anything(annotation: Any) -> st.SearchStrategy[Any]:
    """Values that an annotation allows."""
    own = next((strategy for own, strategy in _OWN if annotation == own), None)
    if own is not None or annotation in _EVENTS:
        return st.one_of([anything(cls) for cls in _EVENTS[annotation].values()]) if own is None else own
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        whole = {str, Commitment}  # a text is one thing
        rest = [part for part in parts if part not in whole] if whole <= set(parts) else list(parts)
        return st.one_of(*(anything(part) for part in rest), *([sealed] if len(rest) < len(parts) else []))
    if origin is tuple:
        return st.lists(anything(parts[0]), min_size=1, max_size=3, unique=True).map(tuple)
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    return built(annotation)


def built(cls: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects of an attrs class."""
    attrs.resolve_types(cls)
    fields = [field for field in attrs.fields(cls) if field.name not in given]
    return st.builds(cls, **{field.name: anything(field.type) for field in fields}, **given)


def event_data(cls: Any = None) -> st.SearchStrategy[Any]:
    """What can happen to a case, sealed, its verdict given: of one class or of any."""
    return anything(CaseEvent if cls is None else cls)


def _recorded(cls: Any, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Events of a class, written down when they happened or later."""
    return instants.flatmap(
        lambda at: built(
            cls,
            occurred_at=st.just(at),
            recorded_at=st.integers(0, 10**6).map(lambda late: at + timedelta(seconds=late)),
            **given,
        )
    )


def events(cls: Any = None) -> st.SearchStrategy[RecordedEvent]:
    """Events of cases, each alone."""
    return _recorded(RecordedEvent, case=names, data=event_data(cls))


def plan_events(cls: Any = None) -> st.SearchStrategy[RecordedPlanEvent]:
    """Events of plans, each alone."""
    return _recorded(RecordedPlanEvent, data=anything(PlanEvent if cls is None else cls))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Cases with any events, without guards; shrinks towards one just registered."""
    at = draw(instants)

    def event(number: int, data: Any) -> RecordedEvent:
        before = draw(st.integers(0, 10**6))
        told: RecordedEvent = draw(
            built(
                RecordedEvent,
                case=st.just("R-1"),
                number=st.just(number),
                occurred_at=st.just(at - timedelta(seconds=before)),
                recorded_at=st.just(at),
                data=st.just(data),
            )
        )
        return told

    case = Case.from_events([event(1, draw(registrations()))])
    for data in draw(st.lists(event_data(), max_size=4)):
        told = getattr(data, "facts", None)
        if told is None or type(told) is type(case.facts):
            with suppress(
                EventStreamError, TypeError, ValueError
            ):  # it cannot follow: a verdict is not given, an end comes first
                case = apply(case, event(case.version + 1, data))
    return case


vaults = st.lists(st.builds(Secret, names, st.binary(min_size=16, max_size=20)), max_size=4).map(Vault)
"""Texts of nothing in particular."""
heads = st.dictionaries(names, built(Head), max_size=4)
checkpoints: st.SearchStrategy[Checkpoint] = built(Checkpoint, heads=heads, plan_heads=st.none() | heads)
"""How far cases and plans had come."""
