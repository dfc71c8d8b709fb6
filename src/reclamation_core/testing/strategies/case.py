"""Stories of commands, the cases that they make, and parts of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import (
    ActionsPlanned,
    Admissibility,
    Analysed,
    Anonymised,
    AnswerDecision,
    Answered,
    Case,
    CaseKind,
    CaseState,
    Closed,
    ClosingReason,
    Command,
    CommandRefusedError,
    DecisionContext,
    FollowUp,
    Linked,
    LinkKind,
    Method,
    NewEvent,
    NoActionNeeded,
    Qualified,
    Reaction,
    ReactionRecorded,
    RecordedEvent,
    RegistrationCommand,
    Reopened,
    SupportAdded,
    SupportKind,
    TextKind,
    Transcribed,
    Withdrawn,
    alerts_due,
    apply,
    decide,
    open_case,
)
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.decisions import record
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import (
    Action,
    LineReference,
    PlanRefusedError,
    PlanScope,
    PublishedPlan,
    RecordedPlanEvent,
    Signature,
    UnknownActionError,
)
from reclamation_core.policy import NoEditionError, Policy, m2_1
from reclamation_core.ports import CaseNotFoundError, PlanNotFoundError
from reclamation_core.testing.strategies.calendar import instants
from reclamation_core.testing.strategies.command import (
    CommandStep,
    SettleActions,
    Sweep,
    beside,
    command_steps,
    event_data,
    fitted,
)
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.plan import busy_pgaacs, plan_scopes
from reclamation_core.testing.strategies.text import edition_or_default, member, names, texts
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

_HOUR: Final = timedelta(hours=1)
REFUSALS: Final = (
    CommandRefusedError,
    PlanRefusedError,
    UnknownActionError,
    CircularLinkError,
    CaseNotFoundError,
    PlanNotFoundError,  # a desk that sees a part has no plan of the nation
    NoEditionError,
    TypeError,  # facts of the other kind are no act of this case
    ValueError,
)
"""How a desk refuses what is asked; a store that fails is no refusal."""


def _steps(steps: Iterable[CommandStep]) -> tuple[CommandStep, ...]:
    return tuple(steps)


@attrs.frozen(kw_only=True)
class CommandSequence:
    """What was registered, and what was asked afterwards, in order; some of it may be refused.

    Args:
        facts: what was known at the registration, an hour after the receipt.
        steps: what was asked.
        site: the site that registered.
        complainant: who complains.
        verbatim: what was said.

    >>> from datetime import UTC, datetime
    >>> from reclamation_core.cases import Acknowledged
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, tzinfo=UTC), satisfaction=4)
    >>> story = CommandSequence(facts=facts, steps=(CommandStep(Acknowledged()),))
    >>> story.case().acknowledged_at.isoformat()
    '2026-05-02T11:00:00+00:00'
    """

    facts: ComplaintFacts | MalfunctionFacts
    steps: tuple[CommandStep, ...] = attrs.field(default=(), converter=_steps)
    site: str = "CRE"
    complainant: str | None = None
    verbatim: str | None = None

    def case(self, policy: Policy | None = None, calendar: BusinessCalendar | None = None) -> Case:
        """The case that it makes under an edition, `m2_1()` by default: what is refused is left out.

        Salts are numbers: the same story gives the same case.
        """
        edition = policy or m2_1()
        at = self.facts.received_at + _HOUR
        command = RegistrationCommand(
            facts=self.facts,
            site=self.site,
            calendar=calendar or BusinessCalendar.france(),
            actor="Mme Roux",
            role=Role.HANDLING_UNIT,
            occurred_at=at,
            complainant=self.complainant,
            verbatim=self.verbatim,
        )
        opened = _kept(None, open_case("R-2026-000007", command, _around(edition, at)))
        return after(opened, self.steps, edition)

    def on(self, desk: Desk) -> Case:
        """The case that it makes on a desk, acts an hour to a week apart and never in the future; refusals left out.

        Raises what `desk.register` does.
        """
        case = desk.register(
            self.facts,
            site=self.site,
            complainant=self.complainant,
            verbatim=self.verbatim,
            occurred_at=self.facts.received_at,
        )
        now, at = case.events[0].recorded_at, self.facts.received_at
        for act in self.steps:
            at = min(at + act.after, now)
            try:
                case = act.ask(desk, case, at)
            except REFUSALS:
                continue
        return desk.cases.get(case.reference)


def after(case: Case, done: Iterable[CommandStep], policy: Policy | None = None) -> Case:
    """A case after those of the acts that its guards allow; its actions are unsettled until they are settled by one.

    Args:
        case: the case.
        done: what is asked, in order.
        policy: the edition that it is judged under; `m2_1()` by default.
    """
    edition = policy or m2_1()
    follow_up = FollowUp(unsettled=frozenset(case.actions))
    for act in done:
        at = case.events[-1].recorded_at + act.after
        if isinstance(act.data, SettleActions):
            follow_up = FollowUp(settled=dict.fromkeys(case.actions, ((case.events[-1].recorded_at, None),)))
        elif isinstance(act.data, Sweep):
            case = _alerted(case, edition, at)
        else:
            before, case = case, _asked(case, act, at, attrs.evolve(_around(edition, at), follow_up=follow_up))
            new = frozenset(case.actions) - frozenset(before.actions)
            follow_up = attrs.evolve(follow_up, unsettled=follow_up.unsettled | new)
    return case


def _asked(case: Case, act: CommandStep, at: datetime, around: DecisionContext) -> Case:
    """The case after an act, or as it was where its guards refuse it."""
    try:
        command = Command(data=fitted(act.told(at), case), actor="Mme Roux", role=act.role, occurred_at=at)
        return _kept(case, decide(case, command, around))
    except (CommandRefusedError, TypeError):  # facts of the other kind are no act of this case
        return case


def _alerted(case: Case, policy: Policy, at: datetime) -> Case:
    """The case with the alerts that are due."""
    around = _around(policy, at)
    for alert in alerts_due(case, policy, at):
        command = Command(data=alert, actor="sweep", role=Role.SYSTEM, occurred_at=at)
        case = _kept(case, record(case, case.reference, alert, command, around))
    return case


def _around(policy: Policy, now: datetime) -> DecisionContext:
    numbers = count(round(now.timestamp()) * 1000)
    return DecisionContext(policy=policy, now=now, salt=lambda: next(numbers).to_bytes(16, "big"))


def _kept(case: Case | None, decided: NewEvent[RecordedEvent]) -> Case:
    folded = apply(case, decided.event)
    return attrs.evolve(folded, vault=folded.vault.with_(decided.secrets))


@attrs.frozen
class Way:
    """A way to a state.

    Args:
        standing: where the case stands that goes it.
        happens: what happens on it, by names that `steps` spells out.
    """

    standing: Admissibility
    happens: tuple[str, ...]

    def steps(self, facts: ComplaintFacts | MalfunctionFacts, words: str) -> list[Any]:
        """What is asked on it, of a case with these facts."""
        by_phone = getattr(facts, "channel", None) is Channel.PHONE
        heard = Transcribed(text=words, author=words)
        steps = {
            "support": heard if by_phone else SupportAdded(kind=SupportKind.EMAIL, title=words),
            "qualify": Qualified(problem=words, facts=judged(facts)),
            "analyse": Analysed(method=Method.FIVE_WHYS, causes=TRAINING_BODY.codes[:1]),
            "plan": ActionsPlanned(plan=PlanScope.nation(), actions=("A-1",)),
            "plan nothing": NoActionNeeded(reason=words),
            "settle": SettleActions(),
            "react": ReactionRecorded(reaction=Reaction.DISSATISFIED, words=words),
            "reopen": Reopened(reason=words),
            "forget": Anonymised(kinds=tuple(TextKind)),
            "answer": Answered(decision=AnswerDecision.FOUNDED, text=words),
            "withdraw": Withdrawn(words=words),
            "link": Linked(kind=LinkKind.DUPLICATE_OF, to="R-2026-000001"),
            "redirect": Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to=words),
            **{reason.value: Closed(reason=reason) for reason in ClosingReason},
        }
        return [steps[name] for name in self.happens]


def judged(facts: ComplaintFacts | MalfunctionFacts) -> ComplaintFacts | MalfunctionFacts:
    """Facts once a qualification has judged what is unknown of the risks and of the level, so that acting is possible.

    No domain is touched, nothing alike happened before, one centre handles it (I24).
    """
    unknown = {name: value for name, value in _JUDGED.items() if getattr(facts, name, None) is UNKNOWN}
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
"""The ways to the states that complaints and malfunctions share."""
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
"""The ways to the closing of what may be a complaint, and of a malfunction."""
_ON: Final[Mapping[CaseKind, tuple[str, ...]]] = {
    CaseKind.COMPLAINT: (*_UNPLANNED, "answer", "react", "answered", "reopen", "answer", "answered", "forget"),
    CaseKind.MALFUNCTION: (*_UNPLANNED, "treated", "reopen", "treated", "forget"),
}
"""The way that goes on after the closing."""


def ways(state: CaseState | None, kind: CaseKind) -> tuple[Way, ...]:
    """The ways to a state, the straight one first; to no state in particular, those that go on to the end."""
    own = Admissibility.IN_SCOPE if kind is CaseKind.COMPLAINT else Admissibility.MALFUNCTION
    if state in _BEGUN:
        return tuple(Way(own, happens) for happens in _BEGUN[state])
    if state is CaseState.ANSWERED:
        # A malfunction is never answered.
        return tuple(Way(own, way) for way in _ANSWERED if kind is CaseKind.COMPLAINT)
    closed = tuple(Way(own, way) for way in _CLOSED[kind])
    if kind is CaseKind.COMPLAINT:
        closed = (*closed, Way(Admissibility.OUT_OF_SCOPE, ("redirect",)))
    return closed if state is CaseState.CLOSED else (*closed, Way(own, _ON[kind]))


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
    """Stories of commands, from the registration on.

    Args:
        state: the state that the case comes to; any by default, and then much of what is asked may be refused.
        kind: of complaints or of malfunctions alone; of both by default.
        policy: the edition that they are told under; `m2_1()` by default.
        received_at: when they were received.
        sites: the codes of the sites that register and handle them; CRE and MLN by default.
        words: what is said; `texts()` by default.
        most: how many acts there are at most beside those that lead to the state.

    Shrinks towards a complaint just registered; with a state, towards the straight way to it.

    Raises:
        InvalidArgument: a malfunction is never answered; or there is no such state, kind or edition.
    """
    state, kind = member("state", state, CaseState), member("kind", kind, CaseKind)
    if kind is CaseKind.MALFUNCTION and state is CaseState.ANSWERED:
        raise InvalidArgument("state: a malfunction is never answered; ask for another state, or for complaints")
    edition, said = edition_or_default(policy), texts() if words is None else words
    received = instants() if received_at is None else received_at
    places = st.sampled_from(("CRE", "MLN")) if sites is None else sites
    data = event_data(units=places, words=said) if state is None else beside(said, places)
    extra = st.lists(command_steps(data=data), max_size=most)
    drawn = _Drawn(policy=edition, received_at=received, sites=places, words=said, extra=extra)
    kinds = [of for of in CaseKind if kind in (None, of)]
    return st.one_of([_along(way, state, drawn) for of in kinds for way in ways(state, of)])


@attrs.frozen(kw_only=True)
class _Drawn:
    """What stories of all ways are drawn from."""

    policy: Policy
    received_at: st.SearchStrategy[datetime]
    sites: st.SearchStrategy[str]
    words: st.SearchStrategy[str]
    extra: st.SearchStrategy[list[CommandStep]]


def _along(way: Way, state: CaseState | None, drawn: _Drawn) -> st.SearchStrategy[CommandSequence]:
    """The stories that go one way: to its end, where a state is asked for."""
    facts: st.SearchStrategy[Any]
    if way.standing is Admissibility.MALFUNCTION:
        facts = malfunction_facts(received_at=drawn.received_at)
    else:
        anywhere = (None, CaseState.REGISTERED)
        standing = None if state in anywhere and way.standing is Admissibility.IN_SCOPE else way.standing
        facts = complaint_facts(policy=drawn.policy, standing=standing, received_at=drawn.received_at)
        if state is None:
            facts |= facts.map(lambda known: attrs.evolve(known, channel=Channel.PHONE))
    return _told(way, facts, drawn, free=state is None)


@st.composite
def _told(draw: st.DrawFn, way: Way, facts: st.SearchStrategy[Any], drawn: _Drawn, *, free: bool) -> CommandSequence:
    known = draw(facts)
    maybe = st.none() | drawn.words
    complainant = draw(maybe)
    role = drawn.policy.roles.qualifying[0]
    steps = [CommandStep(step, role) for step in way.steps(known, draw(drawn.words))] if way.happens else []
    if complainant is None and getattr(known, "channel", None) is Channel.SURVEY:
        steps = [_collective(act) for act in steps]
    if free:
        # As often as not the whole way: where it ends, most can be done that else would be refused.
        whole = len(steps)
        steps = steps[: draw(st.sampled_from([*range(whole), *[whole] * (whole + 1)]))]
    for act in draw(drawn.extra):
        steps.insert(draw(st.integers(0, len(steps))), act)
    if draw(st.booleans()):
        sweep = CommandStep(Sweep(), after=timedelta(days=draw(st.integers(1, 90))))
        steps.insert(draw(st.integers(0, len(steps))), sweep)
    site = draw(drawn.sites)
    return CommandSequence(facts=known, steps=steps, site=site, complainant=complainant, verbatim=draw(maybe))


def _collective(act: CommandStep) -> CommandStep:
    """Return the act, an answer as a collective one, which alone answers an anonymous note (I26)."""
    if not isinstance(act.data, Answered):
        return act
    return attrs.evolve(act, data=attrs.evolve(act.data, collective=True))


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
    """Cases that lived: what their guards refused never happened to them.

    Args:
        state: how far they have come; anywhere by default.
        kind: complaints or malfunctions alone; both by default.
        policy: the edition that they live under; `m2_1()` by default.
        received_at: when they were received.
        sites: the codes of the sites that register and handle them; CRE and MLN by default.
        words: what is said of them; `texts()` by default.
        most: how many acts there are at most beside those that lead to the state.

    Shrinks towards a complaint just registered; with a state, towards the straight way to it.

    >>> answered = cases(state=CaseState.ANSWERED)
    """
    told = command_sequences(
        state=state, kind=kind, policy=policy, received_at=received_at, sites=sites, words=words, most=most
    )
    return told.map(lambda story: story.case(policy))


_LAST: Final = Signature(actor="quelqu'un", role=Role.AQ, occurred_at=datetime(2027, 1, 1, tzinfo=UTC))


def events() -> st.SearchStrategy[RecordedEvent]:
    """Events of cases that lived; shrinks towards the registration of a complaint."""
    return cases().flatmap(lambda case: st.sampled_from(case.events))


def plan_events() -> st.SearchStrategy[RecordedPlanEvent]:
    """Events of plans that lived; shrinks towards an action added."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.events))


def actions() -> st.SearchStrategy[Action]:
    """Actions on plans that lived; shrinks towards one to do."""
    return busy_pgaacs().flatmap(lambda plan: st.sampled_from(plan.actions))


def editions() -> st.SearchStrategy[PublishedPlan]:
    """What was published of plans that lived; shrinks towards one of three actions to do."""
    return busy_pgaacs().map(lambda plan: plan.publish(_LAST).editions[-1])


def line_references() -> st.SearchStrategy[LineReference]:
    """Actions named with the plan that they are on; shrinks towards one of a site's."""
    return st.builds(LineReference, scope=plan_scopes(), action=names())


def taxonomies() -> st.SearchStrategy[Taxonomy]:
    """Some of the families of causes of a training body; shrinks towards the first."""
    families = st.sampled_from(TRAINING_BODY.families)
    return st.lists(families, min_size=1, unique=True).map(Taxonomy)
