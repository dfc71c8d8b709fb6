"""Events that commands ask for, and acts: commands on a case, or things that happen to it on a desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases import (
    CASE_EVENTS,
    Acknowledged,
    ActionsPlanned,
    Analysed,
    Anonymised,
    AnswerDecision,
    Answered,
    Case,
    Closed,
    ClosingReason,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactsCorrected,
    Linked,
    LinkKind,
    Method,
    NoActionNeeded,
    Qualified,
    Reaction,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    Rerouted,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
    SupportKind,
    TextKind,
    Transcribed,
    Withdrawn,
)
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.texts import marked
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionOrigin, ActionSheet, ActionType, Effectiveness, PlanScope, ScopeKind
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.text import texts
from reclamation_core.vocabulary import Level, Role

if TYPE_CHECKING:
    from reclamation_core.desk import Desk


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def fitted(data: Any, case: Case) -> Any:
    """What is asked, made to be about a case where it may be; where it may not, as it was, to be refused.

    Facts are completed that are unknown, the effect told is that of a measure that was taken, and the date corrected is
    that of an event of the case, which then happened earlier, and after the event before it.

    Args:
        data: what is asked.
        case: the case that it is asked of.
    """
    if isinstance(data, FactsCompleted):
        return _completed(data, case)
    if isinstance(data, ContainmentEffectRecorded) and case.containments:
        taken = case.containments[data.measure % len(case.containments)]
        return attrs.evolve(data, measure=taken.event)
    if isinstance(data, DateCorrected) and data.event <= case.version:
        return _earlier(data, case)
    return data


def _completed(data: FactsCompleted, case: Case) -> FactsCompleted:
    names = [field.name for field in attrs.fields(type(case.facts)) if getattr(case.facts, field.name) is UNKNOWN]
    given = {field.name for field in attrs.fields(type(data.facts))}  # a malfunction never has a client, and says so
    found = {name: getattr(data.facts, name) for name in names if name in given}
    told: dict[str, Any] = {name: value for name, value in found.items() if value is not UNKNOWN}
    return attrs.evolve(data, facts=attrs.evolve(case.facts, **told)) if told else data


def _earlier(data: DateCorrected, case: Case) -> DateCorrected:
    of = case.events[data.event - 1]
    first = case.received_at if data.event == 1 else case.events[data.event - 2].occurred_at
    span = of.occurred_at - first
    since = (data.happened_at - _EPOCH) % span if span else span
    return attrs.evolve(data, happened_at=first + since)


@attrs.frozen
class SettleActions:
    """The actions of a case are done, judged effective and closed, on the plan that each is on."""

    def ask(self, desk: Desk, case: Case, at: datetime | None) -> None:
        """Do it on a desk, which may refuse it."""
        for line in case.actions:
            plan = desk.pgaac(line.scope)
            plan.finish(line.action, evidence="la liste signée", occurred_at=at)
            plan.judge(line.action, Effectiveness.EFFECTIVE, why="rien depuis", occurred_at=at)
            plan.close(line.action, occurred_at=at)


@attrs.frozen
class Sweep:
    """The alerts that are due are raised."""

    def ask(self, desk: Desk, case: Case, at: datetime | None) -> None:  # noqa: ARG002  it is about every case
        """Do it on a desk."""
        desk.sweep(at)


def another_case(desk: Desk, case: Case) -> str:
    """The reference of another case on a desk, to be linked to: one is registered where there is none."""
    others = [found.reference for found in desk.cases.find(CaseQuery(limit=2)).cases if found != case]
    return others[0] if others else desk.register(case.registration.facts, site=case.site).reference


def corrections(
    *, facts: st.SearchStrategy[Any] | None = None, words: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[FactsCorrected]:
    """Corrections of all the facts of a case (rectifications).

    Args:
        facts: the facts as they are found to be; of a complaint or of a malfunction by default.
        words: what was wrong; `texts()` by default.

    Shrinks towards the facts of a complaint.
    """
    return event_data(of=FactsCorrected, facts=facts, words=words)


def event_data(
    *,
    of: type[Any] | None = None,
    facts: st.SearchStrategy[Any] | None = None,
    units: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Any]:
    """What may happen to a case, once, as a command tells it; most of it is refused to most cases.

    Args:
        of: event_data of one class alone; of any by default.
        facts: the facts that corrections and complements tell; of a complaint or of a malfunction by default.
        units: who the case may be given to.
        words: what is said; `texts()` by default.

    Shrinks towards an acknowledgement.

    Raises:
        InvalidArgument: no command asks for event_data of that class.
    """
    said = texts() if words is None else words
    found = complaint_facts() | malfunction_facts() if facts is None else facts
    fields = _fields(said, found, st.just("MLN") if units is None else units)
    if of is None:
        return st.one_of([st.builds(cls, **given) for cls, given in fields.items()])
    if of not in fields:
        asked = ", ".join(cls.__name__ for cls in fields)
        raise InvalidArgument(f"of: no command asks for {of!r}; give one of {asked}")
    return st.builds(of, **fields[of])


def _fields(
    said: st.SearchStrategy[str], facts: st.SearchStrategy[Any], units: st.SearchStrategy[str]
) -> dict[type[Any], dict[str, st.SearchStrategy[Any]]]:
    """What each happening is drawn from, field by field."""
    maybe = st.none() | said
    numbers = st.integers(1, 9)
    asked: list[Any] = list(CASE_EVENTS.commands)
    return {
        **{cls: dict.fromkeys(marked(cls), said) for cls in asked},  # Hypothesis infers the other fields
        Acknowledged: {},
        SupportAdded: {"kind": st.sampled_from(SupportKind), "title": said},
        Transcribed: {"text": said, "author": said},
        ContainmentTaken: {"measure": said},
        ContainmentEffectRecorded: {"measure": numbers, "effective": st.booleans(), "effect": said},
        Qualified: {
            "problem": said,
            "requirement_reference": maybe,
            "conforming": st.none() | st.booleans(),
            "supported_by": maybe,
            "experts": st.lists(said, max_size=2),
        },
        Rerouted: {"level": st.sampled_from(Level), "handling_unit": units, "reason": maybe},
        Analysed: {
            "method": st.none() | st.sampled_from(Method),
            "causes": st.lists(st.sampled_from(TRAINING_BODY.codes[:3]), max_size=2),
            "report": maybe,
        },
        ActionsPlanned: {
            "plan": st.just(PlanScope.nation()),
            "actions": st.lists(st.sampled_from(["A-1", "A-2"]), min_size=1, unique=True),
        },
        NoActionNeeded: {"reason": said},
        Answered: {"decision": st.sampled_from(AnswerDecision), "text": said, "remedies": maybe},
        ReactionRecorded: {"reaction": st.sampled_from(Reaction), "words": maybe},
        ReferredToMediation: {"reason": maybe},
        Withdrawn: {"words": maybe},
        Closed: {"reason": st.sampled_from(ClosingReason), "redirected_to": maybe, "comment": maybe},
        Reopened: {"reason": said},
        Linked: {"kind": st.sampled_from(LinkKind), "to": st.just("R-2026-000001")},
        DeadlineSuspended: {"reason": said},
        DeadlineResumed: {"reason": maybe},
        RetentionSuspended: {"reason": maybe},
        RetentionResumed: {"reason": maybe},
        Anonymised: {"kinds": st.lists(st.sampled_from(TextKind), min_size=1, unique=True)},
        DateCorrected: {"event": numbers, "happened_at": instants(), "reason": said},
        FactsCorrected: {"facts": facts, "reason": said},
        FactsCompleted: {"facts": facts},
    }


_BESIDE: Final = (
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


def beside(said: st.SearchStrategy[str], units: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """What may happen on the way to any state, and changes neither the state nor the way."""
    fields = _fields(said, st.nothing(), units)
    fields[Linked]["kind"] = st.just(LinkKind.SAME_CAUSE_AS)
    return st.one_of([st.builds(cls, **fields[cls]) for cls in _BESIDE])


_LEVELS = {ScopeKind.REGION: Level.REGIONAL, ScopeKind.NATION: Level.NATIONAL}
"""The level at which an action is done that is done at no site."""
_FILLED_IN = {"verdict", "terms", "override", "facts"}
"""What a command leaves out, and facts, which verbs take by their names."""


@attrs.frozen
class CommandStep:
    """Something asked of a case, or that happens around it.

    Args:
        data: what happened, its texts in clear, as a `Command` gives it; `SettleActions` or `Sweep`, which no command
            is.
        role: in which role it is said.
        after: how long after the act before it.
    """

    data: Any
    role: Role = Role.RQR
    after: timedelta = timedelta(hours=1)

    @property
    def is_command(self) -> bool:
        """Whether it is asked of the case itself."""
        return not isinstance(self.data, SettleActions | Sweep)

    def ask(self, desk: Desk, case: Case, at: datetime | None = None) -> Case:
        """Ask a desk for it, by the verb that a user would call; of causes, under the families that the desk knows.

        What is told of facts, measures and dates is made to be of the case, as `fitted` does; and another case of the
        desk is the one to be linked to.

        Args:
            desk: the desk, which may refuse it.
            case: the case as it is.
            at: when it happened; now by default.
        """
        acting = desk.acting("Mme Roux", self.role)
        if isinstance(self.data, SettleActions | Sweep):
            self.data.ask(acting, case, at)
            return desk.cases.get(case.reference)
        verb = getattr(acting, CASE_EVENTS.commands[type(self.data)].value)
        if isinstance(self.data, ActionsPlanned):
            scope = self.data.plan if sees_all(desk) else PlanScope.site(case.handling_unit)
            sheets = [_sheet(reference, families_of(desk)[0], scope) for reference in self.data.actions]
            return verb(case.reference, *sheets, scope=scope, occurred_at=at)  # type: ignore[no-any-return]
        data = _known(fitted(self.told(at or case.events[-1].recorded_at), case), families_of(desk))
        if isinstance(data, Linked):
            data = attrs.evolve(data, to=another_case(desk, case))
        given = attrs.asdict(data, recurse=False, filter=lambda field, _: field.name not in _FILLED_IN)
        if isinstance(data, ContainmentEffectRecorded):  # an event has the event of the measure, a verb its number
            numbers = {taken.event: taken.number for taken in case.containments}
            given["measure"] = numbers.get(data.measure, data.measure)
        return verb(case.reference, **given, **_changed(case, data), occurred_at=at)  # type: ignore[no-any-return]

    def told(self, at: datetime) -> Any:
        """What happened, as it is told at an instant: whoever was redirected was told so then."""
        if isinstance(self.data, Closed) and self.data.redirected_to is not None and self.data.told_at is None:
            return attrs.evolve(self.data, told_at=at)
        return self.data


def _changed(case: Case, data: Any) -> dict[str, Any]:
    """The facts that an act tells of anew."""
    facts = getattr(data, "facts", None)
    if facts is None:
        return {}
    names = (field.name for field in attrs.fields(type(case.facts)))
    told = {name: getattr(facts, name) for name in names if hasattr(facts, name)}
    return {name: value for name, value in told.items() if value != getattr(case.facts, name)}


def families_of(desk: Desk) -> tuple[str, ...]:
    """The families of causes that a desk knows; where any code is one, those of a training body."""
    taxonomy = desk._context.taxonomy  # noqa: SLF001  a desk does not tell its families
    return TRAINING_BODY.codes if taxonomy is None else taxonomy.codes


def _known(data: Any, families: tuple[str, ...]) -> Any:
    """What happened, its causes under families that are known: one stands for each family of a training body."""
    if not isinstance(data, Analysed):
        return data
    known = dict(zip(TRAINING_BODY.codes, cycle(families), strict=False)) | {code: code for code in families}
    return attrs.evolve(data, causes=[known.get(code, code) for code in data.causes])


def sees_all(desk: Desk) -> bool:
    """Whether a desk sees the plan of the nation: one that sees a part has those of its sites."""
    return desk._context.scope is None  # noqa: SLF001  a desk does not tell its scope


def _sheet(reference: str, family: str, scope: PlanScope) -> ActionSheet:
    return ActionSheet(
        reference=reference,
        type=ActionType.CORRECTIVE,
        origin=ActionOrigin.COMPLAINT,
        site=scope.code if scope.kind is ScopeKind.SITE else None,
        level=_LEVELS.get(scope.kind),
        cause_family=family,
        cause="personne ne remplace",
        what="tenir un vivier",
        owner="M. Petit",
        criterion="aucune absence en trois mois",
    )


def command_steps(
    *, data: st.SearchStrategy[Any] | None = None, roles: st.SearchStrategy[Role] | None = None
) -> st.SearchStrategy[CommandStep]:
    """Acts, an hour to a week after the one before.

    Args:
        data: what is asked; any of `event_data()` by default.
        roles: in which role; any but the library's own by default.

    Shrinks towards an acknowledgement by an RQR, an hour later.
    """
    people = st.sampled_from([Role.RQR, Role.AQ, Role.HANDLING_UNIT]) if roles is None else roles
    later = st.sampled_from([1, 5, 30, 200]).map(lambda hours: timedelta(hours=hours))
    return st.builds(CommandStep, event_data() if data is None else data, people, later)
