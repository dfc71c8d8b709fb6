"""Event data as commands carry it, and steps: commands on a case, sweeps and settled actions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import cycle
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases import Case, LinkKind, TextKind
from reclamation_core.cases.aggregate import is_derived, is_entered
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Acknowledged,
    ActionsPlanned,
    Analysed,
    CaseEvent,
    Closed,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactSuggested,
    Linked,
    ReactionRecorded,
    ReferredToMediation,
    Rerouted,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
)
from reclamation_core.cases.support_documents import NewDocument, SupportDocument, file_name
from reclamation_core.cases.texts import marked
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import Effectiveness, PlanScope, ScopeKind
from reclamation_core.plans.action import LEVELS
from reclamation_core.ports import CaseQuery
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing.builders import A_PDF, an_action
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.text import texts
from reclamation_core.vocabulary import Role
from reclamation_core.wording import ChosenFrom, field_labels

if TYPE_CHECKING:
    from reclamation_core.desk import Desk


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def adapt_to_case(data: object, case: Case) -> Any:
    """Return event data that refers to a case: its unknown facts, a measure of its containments, one of its events.

    Data that the case has nothing for is unchanged, to be refused.
    """
    if isinstance(data, FactsCompleted):
        unknown = {name for name, value in attrs.asdict(case.facts, recurse=False).items() if value is UNKNOWN}
        found = attrs.asdict(data.facts, recurse=False)  # a malfunction has no client
        completed = {name: value for name, value in found.items() if name in unknown and value is not UNKNOWN}
        return attrs.evolve(data, facts=attrs.evolve(case.facts, **completed)) if completed else data
    if isinstance(data, ContainmentEffectRecorded) and case.containments:
        taken = case.containments[data.measure % len(case.containments)]
        return attrs.evolve(data, measure=taken.event)
    if isinstance(data, DateCorrected) and data.event <= case.version:
        return _between_events(data, case)
    return data


def _between_events(data: DateCorrected, case: Case) -> DateCorrected:
    """Correct the date of an event to an earlier one, after the event before it."""
    first = case.received_at if data.event == 1 else case.events[data.event - 2].occurred_at
    span = case.events[data.event - 1].occurred_at - first
    since = (data.happened_at - _EPOCH) % span if span else span
    return attrs.evolve(data, happened_at=first + since)


@attrs.frozen
class SettleActions(SharedRepr):
    """Finish the actions of a case, judge them effective and close them, each on its plan."""

    def run(self, desk: Desk, case: Case, at: datetime | None) -> None:
        """Run the step on a desk, which may refuse it."""
        for line in case.actions:
            plan = desk.pgaac(line.scope)
            plan.finish(line.action, evidence="la liste signée", occurred_at=at)
            plan.judge(line.action, Effectiveness.EFFECTIVE, why="rien depuis", occurred_at=at)
            plan.close(line.action, occurred_at=at)


@attrs.frozen
class Sweep(SharedRepr):
    """Raise the alerts that are due."""

    def run(self, desk: Desk, case: Case, at: datetime | None) -> None:  # noqa: ARG002  a sweep concerns every case
        """Run the step on a desk."""
        desk.sweep(at)


def event_data(
    *,
    of: type[Any] | None = None,
    facts: st.SearchStrategy[Any] | None = None,
    units: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Any]:
    """Data of the events of commands, with texts in clear; most cases refuse most of it.

    Args:
        of: the class of the data; any by default.
        facts: the facts of corrections and completions; of a complaint or a malfunction by default.
        units: the handling units of reroutings.
        words: the texts; `texts()` by default.

    Shrinks towards completed facts; of one class, towards its first values.

    Raises:
        InvalidArgument: `of` is not the event of a command.
    """
    free_texts = texts() if words is None else words
    known = complaint_facts() | malfunction_facts() if facts is None else facts
    places = st.just("MLN") if units is None else units
    classes: list[type[Any]] = list(CASE_EVENTS.commands) if of is None else [of]
    if of is not None and of not in CASE_EVENTS.commands:
        events = ", ".join(cls.__name__ for cls in CASE_EVENTS.commands)
        raise InvalidArgument(f"of: no command has the event {of!r}; use one of {events}")
    return st.one_of([_data(cls, free_texts, known, places) for cls in classes])


_AT_THEIR_DEFAULT: Final = frozenset({"told_at", "recourse", "collective"})
"""Options of commands that are not drawn."""


def _documents(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[SupportDocument]]:
    """Lists of the documents of a support, none of them first; a desk stores bytes of its own for each."""
    return st.lists(
        st.builds(
            SupportDocument,
            key=st.uuids().map(lambda one: f"strategies/{one.hex}"),
            size=st.integers(1, 10**9),
            media_type=st.sampled_from(["application/pdf", "image/png", "text/plain"]),
            name=names.map(file_name),
            sha256=st.uuids().map(lambda one: sha256(one.bytes).hexdigest()),
        ),
        max_size=2,
        unique_by=lambda one: one.key,
    )


def _data(
    cls: type[Any], free_texts: st.SearchStrategy[str], facts: st.SearchStrategy[Any], units: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    """Return data of a class: texts by their mark, some fields by name, the others inferred from their types."""
    if cls is FactSuggested:  # its value is one of its fact
        return st.builds(
            FactSuggested,
            fact=st.just("theme"),
            value=st.sampled_from(["equipment", "quality"]),
            by=st.just("mots-clés"),
            by_version=st.sampled_from(["1", "2"]),
            words=st.just(("machine",)),
        )
    by_name: dict[str, st.SearchStrategy[Any]] = {
        "facts": facts,
        "handling_unit": units,
        "event": st.integers(1, 9),
        "measure": st.integers(1, 9),
        "causes": st.lists(st.sampled_from(TRAINING_BODY.codes[:3]), max_size=2),
        "plan": st.just(PlanScope.nation()),
        "actions": st.lists(st.sampled_from(["A-1", "A-2"]), min_size=1, unique=True),
        "to": st.just("R-2026-000001"),
        "documents": _documents(free_texts),
        "source": st.none() | st.uuids().map("message:{0.hex}".format),
        "question": free_texts,  # optional with facts alone
        "kinds": st.lists(st.sampled_from(TextKind), min_size=1, unique=True),
    }
    attrs.resolve_types(cls)
    texts_of: Any = marked(cls)  # type: ignore[arg-type]
    drawn: dict[str, st.SearchStrategy[Any]] = {}
    for field in attrs.fields(cls):
        if field.name in texts_of and field.name != "question":
            drawn[field.name] = _text(field.type, free_texts)
        elif is_derived(field) or field.name in _AT_THEIR_DEFAULT:
            continue
        elif field.name != "facts" or field.default is attrs.NOTHING:
            drawn[field.name] = by_name[field.name] if field.name in by_name else _typed(field.type)
    return st.builds(cls, **drawn)


def _typed(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values of a type; instants are aware, as the validator `instant` requires."""
    if annotation is datetime:
        return instants()
    parts = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return st.one_of(*map(_typed, parts))
    if get_origin(annotation) is tuple and parts[1:] == (Ellipsis,):
        return st.lists(_typed(parts[0]), max_size=3).map(tuple)
    return st.from_type(annotation)


def _text(annotation: object, free_texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Return a text, an optional text or texts, by the type of the field."""
    if get_origin(annotation) is tuple:
        return st.lists(free_texts, max_size=2)
    return st.none() | free_texts if NoneType in get_args(annotation) else free_texts


_SIDE_EVENTS: Final = (
    Acknowledged,
    SupportAdded,
    ContainmentTaken,
    ContainmentEffectRecorded,
    Rerouted,
    ReactionRecorded,
    ReferredToMediation,
    Linked,
    DeadlineSuspended,
    DeadlineResumed,
    RetentionSuspended,
    RetentionResumed,
    DateCorrected,
)


def side_event_data(free_texts: st.SearchStrategy[str], units: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Data of events that change neither the state of a case nor the way to the next one."""

    def of(cls: type[Any]) -> st.SearchStrategy[Any]:
        if cls is Linked:  # a duplicate is closed
            return st.builds(Linked, kind=st.just(LinkKind.SAME_CAUSE_AS), to=st.just("R-2026-000001"))
        return _data(cls, free_texts, st.nothing(), units)

    return st.one_of([of(cls) for cls in _SIDE_EVENTS])


def arguments_of(data: Any, case: Case, method: Callable[..., Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a desk's method for the data of a command: its own, and each fact that it changes.

    Args:
        data: the data of the command, with texts in clear.
        case: the case before it.
        method: the method.
    """
    given = attrs.asdict(data, recurse=False, filter=lambda field, _: is_entered(field))
    for name, label in field_labels(type(data)).items():
        if label.chosen_from is ChosenFrom.MEASURES:  # the data have the event of a measure, the method its number
            numbers = {taken.event: taken.number for taken in case.containments}
            given[name] = numbers.get(given[name], given[name])
    parameters = inspect.signature(method).parameters.values()
    several = next((one.name for one in parameters if one.kind is one.VAR_POSITIONAL), None)
    positional = [] if several is None else [*given.pop(several)]
    if isinstance(data, SupportAdded):  # a desk is given the bytes
        given["documents"] = [NewDocument(name=str(one.name), content=A_PDF) for one in data.documents]
    return positional, {**given, **_changed_facts(case, data)}


@attrs.frozen
class CommandStep(SharedRepr):
    """A command on a case, a sweep, or the settling of the case's actions.

    Args:
        data: the event data of the command, with texts in clear; or `Sweep` or `SettleActions`.
        role: the role of the actor.
        after: the time since the previous step.
    """

    data: Any
    role: Role = Role.RQR
    after: timedelta = timedelta(hours=1)

    @property
    def is_command(self) -> bool:
        """True for a command on the case itself."""
        return not isinstance(self.data, SettleActions | Sweep)

    def run(self, desk: Desk, case: Case, at: datetime | None = None) -> Case:
        """Run the step by the desk's method, which may refuse it, and return the case.

        Facts, measures and dates are adapted to the case (`adapt_to_case`), causes to the desk's taxonomy, links to
        another case of the desk; a desk without a store of documents adds supports without theirs.

        Args:
            desk: the desk.
            case: the case as it is.
            at: the time of the event; now by default.
        """
        acting = desk.acting("Mme Roux", self.role)
        if isinstance(self.data, SettleActions | Sweep):
            self.data.run(acting, case, at)
            return desk.cases.get(case.reference)
        method = getattr(acting, CASE_EVENTS.commands[type(self.data)].value)
        if isinstance(self.data, ActionsPlanned):
            scope = self.data.plan if sees_all(desk) else PlanScope.site(case.handling_unit)
            site = scope.code if scope.kind is ScopeKind.SITE else None
            where = {"site": site, "level": LEVELS.get(scope.kind), "cause_family": families_of(desk)[0]}
            sheets = [an_action(reference=each, check_on=None, **where) for each in self.data.actions]
            return method(case.reference, *sheets, scope=scope, occurred_at=at)  # type: ignore[no-any-return]
        data = adapt_to_case(self.data_at(at or case.events[-1].recorded_at), case)
        if isinstance(data, Analysed):
            data = attrs.evolve(data, causes=_known_causes(data.causes, families_of(desk)))
        if isinstance(data, Linked):
            data = attrs.evolve(data, to=_another_case(desk, case))
        if isinstance(data, SupportAdded) and not takes_documents(desk):
            data = attrs.evolve(data, documents=())
        positional, given = arguments_of(data, case, method)
        return method(case.reference, *positional, **given, occurred_at=at)  # type: ignore[no-any-return]

    def data_at(self, at: datetime) -> Any:
        """Return the data; a redirection without an instant of information takes this one."""
        if isinstance(self.data, Closed) and self.data.redirected_to is not None and self.data.told_at is None:
            return attrs.evolve(self.data, told_at=at)
        return self.data


def _changed_facts(case: Case, data: CaseEvent) -> dict[str, Any]:
    """Return the facts that differ from those of a case, by name."""
    facts = data.facts_after(case)
    known, found = attrs.asdict(case.facts, recurse=False), attrs.asdict(facts, recurse=False)
    return {name: found[name] for name in known if name in found and found[name] != known[name]}


def _another_case(desk: Desk, case: Case) -> str:
    """Return the reference of another case on a desk; register one of the same author if there is none."""
    others = [found.reference for found in desk.cases.find(CaseQuery(limit=2)).cases if found != case]
    author = case.read(case.registration.complainant)
    return others[0] if others else desk.register(case.registration.facts, site=case.site, complainant=author).reference


def families_of(desk: Desk) -> tuple[str, ...]:
    """Return the families of a desk's taxonomy; without one, those of a training body."""
    taxonomy = desk._context.taxonomy  # noqa: SLF001  a desk does not publish its taxonomy
    return TRAINING_BODY.codes if taxonomy is None else taxonomy.codes


def _known_causes(causes: tuple[str, ...], families: tuple[str, ...]) -> list[str]:
    """Return causes of these families: unknown ones are replaced."""
    known = dict(zip(TRAINING_BODY.codes, cycle(families), strict=False)) | {code: code for code in families}
    return [known.get(code, code) for code in causes]


def takes_documents(desk: Desk) -> bool:
    """Return True for a desk with a store of documents."""
    return desk._context.documents is not None  # noqa: SLF001  a desk does not publish its store


def sees_all(desk: Desk) -> bool:
    """Return True for a desk without a scope, which has the plan of the nation."""
    return desk._context.scope is None  # noqa: SLF001  a desk does not publish its scope


def command_steps(*, data: st.SearchStrategy[Any]) -> st.SearchStrategy[CommandStep]:
    """Steps with this data, an hour to a week after the one before; shrinks towards an RQR, an hour later."""
    people = st.sampled_from([Role.RQR, Role.AQ, Role.HANDLING_UNIT])
    later = st.sampled_from([1, 5, 30, 200]).map(lambda hours: timedelta(hours=hours))
    return st.builds(CommandStep, data, people, later)
