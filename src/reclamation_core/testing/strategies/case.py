"""Sequences of commands, and the cases that result from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    Admissibility,
    AnswerDecision,
    Case,
    CaseCommand,
    CaseKind,
    CaseState,
    ClosingReason,
    CommandRefusedError,
    DecisionContext,
    LinkKind,
    Method,
    Reaction,
    RecordedEvent,
    RegistrationCommand,
    SupportKind,
    TextKind,
    Trace,
    apply,
    handle_command,
    open_case,
)
from reclamation_core.cases.aggregate import record, with_event
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.deadlines import alerts_due
from reclamation_core.cases.events import (
    ActionsPlanned,
    Analysed,
    Anonymised,
    Answered,
    Closed,
    DeadlineResumed,
    DeadlineSuspended,
    Linked,
    NoActionNeeded,
    Qualified,
    ReactionRecorded,
    Reopened,
    SupportAdded,
    Transcribed,
    Withdrawn,
)
from reclamation_core.cases.events.base import FollowUp
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.desk import CircularLinkError, Desk, Registration
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import PlanRefusedError, PlanScope, RecordedPlanEvent, UnknownActionError
from reclamation_core.policy import NoEditionError, Policy, m2_1
from reclamation_core.ports import CaseNotFoundError, PlanNotFoundError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing.builders import A_PDF
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.command import (
    CommandStep,
    SettleActions,
    Sweep,
    adapt_to_case,
    command_steps,
    event_data,
    side_event_data,
)
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.text import member, policy_or_default, texts
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    ComplaintFacts,
    MalfunctionFacts,
    Mobilisation,
    Role,
    ServiceReach,
)

E = TypeVar("E", RecordedEvent, RecordedPlanEvent)

_HOUR: Final = timedelta(hours=1)
REFUSALS: Final = (
    CommandRefusedError,
    PlanRefusedError,
    UnknownActionError,
    CircularLinkError,
    CaseNotFoundError,
    PlanNotFoundError,  # a scoped desk has no plan of the nation
    NoEditionError,
    TypeError,  # facts of the other kind
    ValueError,
)
"""The errors by which a desk refuses a command; errors of a store are not refusals."""


@attrs.frozen(kw_only=True)
class CommandSequence(SharedRepr):
    """A registration and further steps, some of which may be refused.

    Args:
        facts: the facts at the registration, an hour after the receipt.
        steps: the steps, in order.
        site: the registering site.
        complainant: the complainant.
        verbatim: the words of the complainant.

    >>> from datetime import UTC, datetime
    >>> from reclamation_core.cases.events import Acknowledged
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, tzinfo=UTC), satisfaction=4)
    >>> sequence = CommandSequence(facts=facts, steps=(CommandStep(Acknowledged()),))
    >>> sequence.case().acknowledged_at.isoformat()
    '2026-05-02T11:00:00+00:00'
    """

    facts: ComplaintFacts | MalfunctionFacts
    steps: tuple[CommandStep, ...] = attrs.field(default=(), converter=tuple[CommandStep, ...])
    site: str = "CRE"
    complainant: str | None = None
    verbatim: str | None = None

    def case(self, policy: Policy | None = None, calendar: BusinessCalendar | None = None) -> Case:
        """Return the resulting case under an edition, `m2_1()` by default, without a desk; refused steps are left out.

        Salts are numbers: equal sequences make equal cases.
        """
        edition, at = policy or m2_1(), self.facts.received_at + _HOUR
        command = RegistrationCommand(
            registration=Registration(
                facts=self.facts, site=self.site, complainant=self.complainant, verbatim=self.verbatim
            ),
            calendar=calendar or BusinessCalendar.france(),
            actor="Mme Roux",
            role=Role.HANDLING_UNIT,
            occurred_at=at,
        )
        opened: Case = with_event(apply, None, open_case("R-2026-000007", command, _context(edition, at)))
        return apply_steps(opened, self.steps, edition)

    def on(self, desk: Desk) -> Case:
        """Run the sequence on a desk, until the time of its clock, and return the case; refused steps are left out.

        Raises the errors of `desk.register`.
        """
        case = desk.register(
            self.facts,
            site=self.site,
            complainant=self.complainant,
            verbatim=self.verbatim,
            occurred_at=self.facts.received_at,
        )
        now, at = case.events[0].recorded_at, self.facts.received_at
        for step in self.steps:
            at = min(at + step.after, now)
            with suppress(*REFUSALS):
                case = step.run(desk, case, at)
        return desk.cases.get(case.reference)


def apply_steps(case: Case, steps: Iterable[CommandStep], policy: Policy) -> Case:
    """Return a case after the steps that its guards allow under an edition."""
    follow_up = FollowUp(unsettled=frozenset(case.actions))
    for step in steps:
        at = case.events[-1].recorded_at + step.after
        if isinstance(step.data, SettleActions):
            follow_up = FollowUp(settled=dict.fromkeys(case.actions, ((case.events[-1].recorded_at, None),)))
        elif isinstance(step.data, Sweep):
            case = _with_alerts(case, policy, at)
        else:
            before, context = case, attrs.evolve(_context(policy, at), follow_up=follow_up)
            with suppress(CommandRefusedError, TypeError):  # facts of the other kind
                data = adapt_to_case(step.data_at(at), case)
                command = CaseCommand(data=data, actor="Mme Roux", role=step.role, occurred_at=at)
                case = with_event(apply, case, handle_command(case, command, context))
            new = frozenset(case.actions) - frozenset(before.actions)
            follow_up = attrs.evolve(follow_up, unsettled=follow_up.unsettled | new)
    return case


def _with_alerts(case: Case, policy: Policy, at: datetime) -> Case:
    context = _context(policy, at)
    for alert in alerts_due(case, policy, at):
        command = CaseCommand(data=alert, actor="sweep", role=Role.SYSTEM, occurred_at=at)
        case = with_event(apply, case, record(case.stream_end, alert, command, context))
    return case


def _context(policy: Policy, now: datetime) -> DecisionContext:
    numbers = count(round(now.timestamp()) * 1000)
    return DecisionContext(policy=policy, now=now, salt=lambda: next(numbers).to_bytes(16, "big"))


_DOCUMENT: Final = SupportDocument(
    key=f"strategies/{0:032x}",
    size=len(A_PDF),
    media_type="application/pdf",
    name="courriel.pdf",
    sha256=hashlib.sha256(A_PDF).hexdigest(),
)
"""The document of a support, where the edition requires one; a desk stores its own copy of the bytes."""


@attrs.frozen
class Path(SharedRepr):
    """A path to a state.

    Args:
        admissibility: the admissibility of the case.
        names: the names of its steps.
    """

    admissibility: Admissibility
    names: tuple[str, ...]

    def data(self, facts: ComplaintFacts | MalfunctionFacts, words: str, policy: Policy) -> list[Any]:
        """Return the event data of the steps, for a case with these facts under an edition."""
        documents = (_DOCUMENT,) if policy.parameters.support.document_required else ()
        by_phone = facts.get("channel") is Channel.PHONE
        transcript = Transcribed(text=words, author=words)
        by_name = {
            "support": transcript
            if by_phone
            else SupportAdded(kind=SupportKind.EMAIL, title=words, documents=documents),
            "qualify": Qualified(problem=words, facts=judged(facts)),
            "analyse": Analysed(method=Method.FIVE_WHYS, causes=TRAINING_BODY.codes[:1]),
            "plan": ActionsPlanned(plan=PlanScope.nation(), actions=("A-1",)),
            "plan nothing": NoActionNeeded(reason=words),
            "settle": SettleActions(),
            "suspend": DeadlineSuspended(reason=words),
            "resume": DeadlineResumed(reason=words),
            "react": ReactionRecorded(reaction=Reaction.DISSATISFIED, words=words),
            "reopen": Reopened(reason=words),
            "forget": Anonymised(kinds=tuple(TextKind)),
            "answer": Answered(decision=AnswerDecision.FOUNDED, text=words),
            "withdraw": Withdrawn(words=words),
            "link": Linked(kind=LinkKind.DUPLICATE_OF, to="R-2026-000001"),
            "redirect": Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to=words),
            **{reason.value: Closed(reason=reason) for reason in ClosingReason},
        }
        return [by_name[name] for name in self.names]


def judged(facts: ComplaintFacts | MalfunctionFacts) -> ComplaintFacts | MalfunctionFacts:
    """Return facts with every risk and level fact known: no domain touched, no recurrence, one site (I24)."""
    unknown = {name: value for name, value in _JUDGED.items() if facts.get(name) is UNKNOWN}
    return attrs.evolve(facts, **unknown)


_JUDGED: Final[Mapping[str, Any]] = {
    **dict.fromkeys(SEVERITIES.values(), 0),
    "likelihood": 1,
    "recurrences": 0,
    "client_scope": ClientScope.LOCAL,
    "service_reach": ServiceReach.ONE_CENTRE,
    "mobilisation": Mobilisation.LOCAL,
}


_QUALIFIED: Final = ("support", "qualify")
_ANALYSED: Final = (*_QUALIFIED, "analyse")
_ACTED: Final = (*_ANALYSED, "plan")
_UNPLANNED: Final = (*_ANALYSED, "plan nothing")
_BEGUN: Final = {
    CaseState.REGISTERED: ((),),
    CaseState.QUALIFIED: (_QUALIFIED,),
    CaseState.ANALYSED: (_ANALYSED,),
    CaseState.PLANNED: (_UNPLANNED, _ACTED),
}
"""The paths to the states that complaints and malfunctions share."""
_ANSWERED: Final = tuple((*before, "answer") for before in (_UNPLANNED, _QUALIFIED, _ACTED))
_DUPLICATE: Final = ("link", "duplicate")
_CLOSED: Final[Mapping[CaseKind, tuple[tuple[str, ...], ...]]] = {
    CaseKind.COMPLAINT: (
        (*_UNPLANNED, "answer", "answered"),
        (*_ACTED, "answer", "settle", "answered"),
        ("withdraw", "withdrawn"),
        _DUPLICATE,
    ),
    CaseKind.MALFUNCTION: ((*_UNPLANNED, "treated"), (*_ACTED, "settle", "treated"), _DUPLICATE),
}
"""The paths to the closing of a complaint and of a malfunction."""
_ON: Final[Mapping[CaseKind, tuple[str, ...]]] = {
    CaseKind.COMPLAINT: (*_UNPLANNED, "answer", "react", "answered", "reopen", "answer", "answered", "forget"),
    CaseKind.MALFUNCTION: (*_UNPLANNED, "treated", "reopen", "treated", "forget"),
}
"""The paths that continue after the closing."""
_SUSPENDED: Final = (*_QUALIFIED, "suspend", "resume", "suspend")
"""The path of a complaint whose answer clock is suspended, where the edition allows it (I25)."""


def paths(state: CaseState | None, kind: CaseKind, policy: Policy) -> tuple[Path, ...]:
    """Return the paths to a state, the straight one first; without a state, the paths to the closing and beyond."""
    own = Admissibility.IN_SCOPE if kind is CaseKind.COMPLAINT else Admissibility.MALFUNCTION
    if state in _BEGUN:
        return tuple(Path(own, names) for names in _BEGUN[state])
    if state is CaseState.ANSWERED:  # of complaints alone
        return tuple(Path(own, names) for names in _ANSWERED if kind is CaseKind.COMPLAINT)
    closed = tuple(Path(own, names) for names in _CLOSED[kind])
    if kind is CaseKind.COMPLAINT:
        closed = (*closed, Path(Admissibility.OUT_OF_SCOPE, ("redirect",)))
    if state is CaseState.CLOSED:
        return closed
    suspends = kind is CaseKind.COMPLAINT and policy.parameters.deadline.suspensions_allowed
    return (*closed, Path(own, _ON[kind]), *([Path(own, _SUSPENDED)] if suspends else []))


def command_sequences(
    *,
    state: CaseState | None = None,
    kind: CaseKind | None = None,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 8,
) -> st.SearchStrategy[CommandSequence]:
    """Sequences of commands, from the registration on.

    Args:
        state: the state of the resulting case; any by default, with more refused steps.
        kind: complaints or malfunctions; both by default.
        policy: the edition; `m2_1()` by default.
        received_at: the instants of receipt.
        sites: the codes of the registering and handling sites; CRE and MLN by default.
        words: the texts; `texts()` by default.
        most: the greatest number of steps that are not on the path to the state.

    Supports have documents; where the edition requires one, the support on the path has. A desk without a store of
    documents adds supports without theirs. Shrinks towards a complaint just registered; with a state, towards the
    straight path to it.

    Raises:
        InvalidArgument: the state, kind or edition is invalid; or the state is `ANSWERED` for malfunctions.
    """
    state, kind = member("state", state, CaseState), member("kind", kind, CaseKind)
    if kind is CaseKind.MALFUNCTION and state is CaseState.ANSWERED:
        raise InvalidArgument("state: a malfunction is never answered; use another state, or complaints")
    edition, free_texts = policy_or_default(policy), texts() if words is None else words
    places = st.sampled_from(("CRE", "MLN")) if sites is None else sites
    data = event_data(units=places, words=free_texts) if state is None else side_event_data(free_texts, places)
    extra = st.lists(command_steps(data=data), max_size=most)
    received = instants() if received_at is None else received_at
    found = []
    for of in (of for of in CaseKind if kind in (None, of)):
        for path in paths(state, of, edition):
            drawn = _sequences(
                path,
                facts=_facts_on(path, state, edition, received),
                policy=edition,
                sites=places,
                words=free_texts,
                extra=extra,
                free=state is None,
            )
            found.append(drawn)
    return st.one_of(found)


def _facts_on(
    path: Path, state: CaseState | None, policy: Policy, received_at: st.SearchStrategy[datetime]
) -> st.SearchStrategy[Any]:
    """Return the facts of cases on a path."""
    if path.admissibility is Admissibility.MALFUNCTION:
        return malfunction_facts(received_at=received_at)
    is_open = state in (None, CaseState.REGISTERED) and path.admissibility is Admissibility.IN_SCOPE
    facts = complaint_facts(
        policy=policy, admissibility=None if is_open else path.admissibility, received_at=received_at
    )
    by_phone = facts.map(lambda known: attrs.evolve(known, channel=Channel.PHONE))
    return facts | by_phone if state is None else facts


@st.composite
def _sequences(
    draw: st.DrawFn,
    path: Path,
    *,
    facts: st.SearchStrategy[Any],
    policy: Policy,
    sites: st.SearchStrategy[str],
    words: st.SearchStrategy[str],
    extra: st.SearchStrategy[list[CommandStep]],
    free: bool,
) -> CommandSequence:
    """Draw the sequences on a path: to its end, or of any length if free."""
    known = draw(facts)
    maybe = st.none() | words
    complainant = draw(maybe)
    role = policy.roles.qualifying[0]
    steps = [CommandStep(data, role) for data in path.data(known, draw(words), policy)] if path.names else []
    if complainant is None:
        steps = [_collective(step) for step in steps]
    if free:  # half of the time the whole path: few commands are refused at its end
        whole = len(steps)
        steps = steps[: draw(st.sampled_from([*range(whole), *[whole] * (whole + 1)]))]
    for step in draw(extra):
        steps.insert(draw(st.integers(0, len(steps))), step)
    if draw(st.booleans()):
        sweep = CommandStep(Sweep(), after=timedelta(days=draw(st.integers(1, 90))))
        steps.insert(draw(st.integers(0, len(steps))), sweep)
    site = draw(sites)
    return CommandSequence(facts=known, steps=steps, site=site, complainant=complainant, verbatim=draw(maybe))


def _collective(step: CommandStep) -> CommandStep:
    """Return the step, an answer as a collective one: an unknown sender is not answered by name (I26)."""
    if not isinstance(step.data, Answered):
        return step
    return attrs.evolve(step, data=attrs.evolve(step.data, collective=True))


def cases(
    *,
    state: CaseState | None = None,
    kind: CaseKind | None = None,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 8,
) -> st.SearchStrategy[Case]:
    """Cases that result from `command_sequences`, which has the same arguments.

    Shrinks towards a complaint just registered; with a state, towards the straight path to it.

    >>> answered = cases(state=CaseState.ANSWERED)
    """
    found = command_sequences(
        state=state, kind=kind, policy=policy, received_at=received_at, sites=sites, words=words, most=most
    )
    return found.map(CommandSequence.case if policy is None else lambda sequence: sequence.case(policy))


def events() -> st.SearchStrategy[RecordedEvent]:
    """Events of cases; shrinks towards the registration of a complaint, without a trace."""
    return cases().flatmap(lambda case: with_traces(st.sampled_from(case.events)))


def traces() -> st.SearchStrategy[Trace]:
    """Trace metadata; shrinks towards one without any part."""
    part = st.none() | st.from_regex(r"\A[A-Za-z0-9-]{1,64}\Z")
    return st.builds(Trace, correlation=part, causation=part, request=part, client=part)


def with_traces(events: st.SearchStrategy[E]) -> st.SearchStrategy[E]:
    """Events with and without trace metadata; shrinks towards those of a strategy."""
    return st.builds(lambda event, trace: attrs.evolve(event, trace=trace), events, st.none() | traces())


def taxonomies() -> st.SearchStrategy[Taxonomy]:
    """Taxonomies with families of a training body; shrinks towards the first family."""
    families = st.sampled_from(TRAINING_BODY.families)
    return st.lists(families, min_size=1, unique=True).map(Taxonomy)
