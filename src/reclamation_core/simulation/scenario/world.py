"""The data of the scenario, the messages of a caseload, and the state that all cases share.

The data are those of `data/scenario.toml` and `data/handling.toml`, which explain their fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from zlib import crc32

import attrs

from reclamation_core.cases import CommandRefusedError, SupportKind
from reclamation_core.cases.causes import Category
from reclamation_core.cases.events.handling import SUPPORT_OF_CHANNEL
from reclamation_core.desk import Desk, PlanService
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionOrigin, Pgaac, PlanScope
from reclamation_core.ports import normalize_text
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.agenda import ScenarioStep, Schedule, SimulatedClock
from reclamation_core.simulation.caseload import Caseload
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.invention import (
    Subject,
    body_name,
    company_name,
    person_name,
    read_bank,
    true_facts,
    true_severities,
)
from reclamation_core.simulation.messages import (
    InventedComplaint,
    InventedMalfunction,
    InventedSurveyResult,
    true_malfunction_facts,
    true_malfunction_severities,
)
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile
from reclamation_core.simulation.rates import PERSONS, Kind
from reclamation_core.tables import Boolean, Enumeration
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, MalfunctionFacts, Role, Sites


@attrs.frozen(kw_only=True)
class CausePhrases(SharedRepr):
    """A cause of the problems of a theme, from the problem down to the root, and its action."""

    family: str
    category: Category
    answers: Sequence[str]
    proof: str
    lever: str
    what: str
    criterion: str
    evidence: str
    signs: Sequence[str] = ()

    @property
    def root(self) -> str:
        """The last answer."""
        return self.answers[-1]

    def shows_in(self, text: str) -> int:
        """Return how many of the signs a message contains."""
        return sum(sign in text for sign in self.signs)


@attrs.frozen(kw_only=True)
class RejectedCause(SharedRepr):
    """A possible cause that the analysis rejects."""

    category: Category
    statement: str


@attrs.frozen(kw_only=True)
class PointPhrases(SharedRepr):
    """A point that a message raises: the problem in the case, the problem in a letter to its author, and its remedy."""

    problem: str
    stated: str
    remedy: str
    signs: Sequence[str] = ()


@attrs.frozen(kw_only=True)
class ThemePhrases(SharedRepr):
    """How the problems of a theme are described, contained, explained and repaired."""

    points: Sequence[PointPhrases]
    requirement: str
    containment: Sequence[str]
    held: str
    family_of_experts: str
    rejected: Sequence[RejectedCause]
    causes: Sequence[CausePhrases]
    collective: str = ""

    def point_of(self, text: str) -> PointPhrases:
        """Return the first point that a message shows a sign of; the last one has no signs."""
        return next((point for point in self.points if any(sign in text for sign in point.signs)), self.points[-1])


@attrs.frozen(kw_only=True)
class ScenarioData(SharedRepr):
    """The courses, the weights of what people do, and the French texts."""

    courses: Mapping[str, Sequence[ScenarioStep]]
    chances: Mapping[str, float]
    outlooks: Mapping[str, float]
    reactions: Mapping[str, Mapping[str, float]]
    redirections: Mapping[str, str]
    letter: Mapping[str, str]
    answers: Mapping[str, str]
    reaction_words: Mapping[str, Sequence[str]]
    reasons: Mapping[str, str]


@cache
def themes() -> Mapping[str, ThemePhrases]:
    """Return how problems are handled, by the theme of a complaint or a malfunction."""
    return read_bank(dict[str, ThemePhrases], "handling.toml")


@cache
def scenario_data() -> ScenarioData:
    """Return the content of the scenario file."""
    return read_bank(ScenarioData, "scenario.toml")


_DEFAULT_THEME: Final = "organisation"
_STATES_OWN: Final = 0.7
_LIKELIHOODS: Final = {1: 0.3, 2: 0.4, 3: 0.2, 4: 0.1}


@attrs.frozen(kw_only=True)
class Message(SharedRepr):
    """A complaint, a survey result or the report of a malfunction.

    Args:
        invented: the item of the caseload.
        subject: its subject; None for a malfunction.
        text: its words; None if there are none.
        name: the name of the author; None for an anonymous message and a malfunction.
    """

    invented: InventedComplaint | InventedSurveyResult | InventedMalfunction = attrs.field(repr=False)
    subject: Subject | None
    text: str | None
    name: str | None

    @property
    def source(self) -> str:
        """Its reference in its file."""
        return self.invented.reference

    @property
    def facts(self) -> ComplaintFacts | MalfunctionFacts:
        """Its known facts."""
        return self.invented.facts

    @property
    def theme(self) -> str:
        """The key of its theme in the file of phrases."""
        return _DEFAULT_THEME if self.invented.theme is None else self.invented.theme.value

    @property
    def origin(self) -> ActionOrigin:
        """The origin of its actions."""
        if self.subject is None:
            return ActionOrigin.MALFUNCTION
        return ActionOrigin.SURVEY if self.subject.kind is Kind.SURVEY else ActionOrigin.COMPLAINT

    @property
    def support(self) -> SupportKind:
        """The kind of factual support that it is."""
        if isinstance(self.facts, MalfunctionFacts):
            return SupportKind.REPORT
        channel = self.facts.channel
        return SUPPORT_OF_CHANNEL.get(channel, SupportKind.OTHER)

    def truth(self, draws: Draws) -> dict[str, Any]:
        """Draw the value of each fact that an inquiry finds."""
        likely = {"likelihood": draws.weighted(_LIKELIHOODS)}
        if isinstance(self.invented, InventedMalfunction):
            profile = MalfunctionProfile()
            severities = true_malfunction_severities(draws, profile, self.invented.theme)
            return {**true_malfunction_facts(draws, profile), **severities, **likely}
        assert self.subject is not None  # noqa: S101  (only malfunctions have none)
        caseload = CaseloadProfile()
        channel = Channel.SURVEY if self.subject.kind is Kind.SURVEY else Channel.EMAIL
        severities = true_severities(draws, caseload, self.subject.theme)
        facts = true_facts(draws, caseload, self.subject, channel)
        return {**facts, "channel": channel, "satisfaction": draws.weighted(caseload.notes), **severities, **likely}


def messages_of(caseload: Caseload, stream: Callable[[str], Draws]) -> Iterator[Message]:
    """Yield the messages of a caseload, file by file.

    Args:
        caseload: the caseload.
        stream: returns the draws of a name.
    """
    for complaint in caseload.complaints:
        subject = Subject(kind=complaint.kind, theme=complaint.theme)
        name = _author(complaint, stream(f"name/{complaint.reference}"))
        yield Message(invented=complaint, subject=subject, text=complaint.text, name=name)
    for result in caseload.survey:
        subject = Subject(kind=Kind.SURVEY, theme=result.theme)
        yield Message(invented=result, subject=subject, text=result.comment or None, name=result.name or None)
    for malfunction in caseload.malfunctions:
        yield Message(invented=malfunction, subject=None, text=malfunction.text, name=None)


def _author(complaint: InventedComplaint, draws: Draws) -> str | None:
    complainant = complaint.facts.complainant
    if complainant is UNKNOWN or complaint.kind is Kind.SURVEY:
        return None
    if complainant in PERSONS:
        return person_name(draws)
    return company_name(draws) if complainant is Complainant.COMPANY else body_name(draws)


@attrs.define
class World(SharedRepr):
    """The state that all cases share.

    Args:
        desk: the desk.
        sites: the sites of the agency.
        clock: the clock of the desk.
        seed: the seed of all draws.
        until: the end of the scenario.
        agenda: the courses.
        messages: the messages registered so far, by the reference of their case.
        refusals: the commands that were refused on purpose, by name.
    """

    desk: Desk
    sites: Sites
    clock: SimulatedClock
    seed: int
    until: datetime
    agenda: Schedule = attrs.field(init=False)
    messages: dict[str, Message] = attrs.field(factory=dict, init=False)
    refusals: dict[str, CommandRefusedError] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.agenda = Schedule(self.clock)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def stream(self, name: str) -> Draws:
        """Return the draws of a name; those of different names are independent."""
        return Draws(crc32(f"{self.seed}/{name}".encode()))

    def person(self, site: str, role: Role) -> str:
        """Return the name of the person who holds a role at a site; each person has one role."""
        draws, staff = self.stream(f"staff/{site}"), dict[str, Role]()
        for held in Role:
            while (name := person_name(draws)) in staff:
                pass
            staff[name] = held
        return next(name for name, held in staff.items() if held is role)

    def desk_of(self, site: str, role: Role = Role.HANDLING_UNIT) -> Desk:
        """Return the desk on which the holder of a role at a site acts."""
        return self.desk.acting(self.person(site, role), role)

    def plan(self, scope: PlanScope, site: str, role: Role = Role.HANDLING_UNIT) -> PlanService:
        """Return a plan on which the holder of a role at a site acts."""
        return self.desk_of(site, role).pgaac(scope)

    @property
    def scopes(self) -> tuple[PlanScope, ...]:
        """The scopes of the possible plans: sites, then regions, then the nation."""
        regions = sorted({self.sites[code].region for code in self.sites})
        return (*map(PlanScope.site, self.sites), *map(PlanScope.region, regions), PlanScope.nation())

    @property
    def plans(self) -> tuple[Pgaac, ...]:
        """The present plans."""
        return tuple(self.desk.pgaac(scope).current for scope in self.scopes)

    def next_reference(self, scope: PlanScope, reserved: int = 0) -> str:
        """Return the next action number of a plan (METZ-004, GRAND-EST-001, NATIONAL-002) after some reserved ones."""
        code = "national" if scope.code is None else normalize_text(scope.code)
        name = re.sub("[^a-z0-9]", "-", code)[:30].strip("-").upper() or "PLAN"
        return f"{name}-{len(self.desk.pgaac(scope).actions) + reserved + 1:03d}"

    def own_of(self, message: Message) -> dict[str, Any]:
        """Draw the facts of the organisation's own that a message states: none where its edition declares none."""
        draws, kind = self.stream(f"own/{message.source}"), "malfunction" if message.subject is None else "complaint"
        values = {
            name: (True, False) if isinstance(fact.domain, Boolean) else fact.domain.values
            for name, fact in self.desk.own_facts().items()
            if kind in fact.kinds and isinstance(fact.domain, Boolean | Enumeration)
        }
        return {name: draws.one_of(codes) for name, codes in values.items() if draws.chance(_STATES_OWN)}

    def be_refused(self, name: str, command: Callable[[], object]) -> None:
        """Try a command that the desk refuses, once in the scenario, and record the refusal."""
        if name in self.refusals:
            return
        try:
            command()
        except CommandRefusedError as refused:
            self.refusals[name] = refused
