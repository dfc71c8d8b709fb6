"""The course of a case in the scenario: its conditions and its steps, one desk command each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import AnswerDecision, Case, CaseState, ClosingReason, LinkKind, Reaction, RedirectionKind
from reclamation_core.cases.causes import (
    CauseAnalysis,
    CauseStatus,
    FiveWhys,
    Ishikawa,
    PossibleCause,
    Scheme,
    WhyChain,
)
from reclamation_core.cases.events import Answered, ContainmentTaken
from reclamation_core.desk import Desk
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import Action, ActionSheet, ActionStatus, ActionType, PlanScope, Priority, ScopeKind
from reclamation_core.plans.action import ENDED_STATUSES, LEVELS
from reclamation_core.policy import m2_1
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.agenda import working_instant
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.invention import person_name
from reclamation_core.simulation.messages import InventedSurveyResult
from reclamation_core.simulation.rates import Kind
from reclamation_core.simulation.scenario.plans import begin_action, close_case, is_settled
from reclamation_core.simulation.scenario.world import (
    CausePhrases,
    Message,
    PointPhrases,
    ThemePhrases,
    World,
    scenario_data,
    themes,
)
from reclamation_core.vocabulary import (
    Band,
    Channel,
    ComplaintFacts,
    Complexity,
    Eligibility,
    Level,
    MalfunctionFacts,
    Nature,
    RiskDomain,
    Role,
)

_SEVERE: Final = 3
_SIMILAR: Final = timedelta(days=12)
_CHECKED_AFTER: Final = 6
_INQUIRED: Final = (
    *("requirement", "client_scope", "service_reach", "mobilisation", "likelihood", "recurrences"),
    *(f"severity_{domain.value}" for domain in RiskDomain),
)
_HAZARDOUS: Final = ("equipment", "discrimination")
"""The themes whose complaints are handled to the end, whatever the complainant withdraws."""
_CONFORMING: Final = {"unfounded": True, "partly_founded": None}


@attrs.define
class CaseCourse(SharedRepr):
    """A message and its case, with the conditions and the steps that the scenario names.

    Args:
        world: the shared parts.
        message: the message.
        site: the site that registers it.
        draws: its draws.
        outlook: what the examination finds: a key of `answers` in the scenario file.
        reference: the reference of the case, once it is registered.
        causes: the causes, once they are analysed.
    """

    world: World
    message: Message
    site: str
    draws: Draws
    outlook: str
    reference: str = ""
    causes: Sequence[CausePhrases] = ()

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return self.world.desk.cases.get(self.reference)

    @property
    def unit(self) -> str:
        """The site that handles the case."""
        return self.case.handling_unit if self.reference else self.site

    @property
    def theme(self) -> ThemePhrases:
        """The phrases of its theme."""
        return themes()[self.message.theme]

    @property
    def point(self) -> PointPhrases:
        """The point that the message raises."""
        return self.theme.point_of(self.message.text or "")

    @property
    def problem(self) -> str:
        """The problem in the words of the qualification."""
        qualification = self.case.qualification
        return (qualification and self.case.read(qualification.problem)) or self.point.problem

    @property
    def calendar(self) -> BusinessCalendar:
        """The calendar of the site that registered the case."""
        return self.world.sites[self.site].calendar()

    @property
    def today(self) -> date:
        """The present day at that site."""
        return self.calendar.day_of(self.world.now)

    @property
    def scope(self) -> PlanScope:
        """The scope of the plan of its actions, which follows from its level."""
        case = self.case
        if case.routing_level is Level.NATIONAL:
            return PlanScope.nation()
        if case.routing_level is Level.REGIONAL:
            return PlanScope.region(self.world.sites[case.handling_unit].region)
        return PlanScope.site(case.handling_unit)

    def acting(self, role: Role = Role.HANDLING_UNIT) -> Desk:
        """Return the desk on which the holder of a role in the handling unit acts."""
        return self.world.desk_of(self.unit, role)

    def within(self, least: int, most: int) -> datetime:
        """Draw an instant between two numbers of business days from now."""
        return working_instant(self.draws, self.calendar, self.world.now, self.draws.whole(least, most))

    def _chance(self, name: str) -> bool:
        return self.draws.chance(scenario_data().chances[name])

    def _reason(self, name: str, **values: str) -> str:
        return scenario_data().reasons[name].format(**values)

    # Conditions

    named = property(lambda self: self.message.name is not None)
    grievance = property(lambda self: self.message.subject.kind is Kind.GRIEVANCE)
    by_phone = property(lambda self: self.case.facts.channel is Channel.PHONE)
    letter_to_centre = property(lambda self: self.case.facts.channel is Channel.CENTRE_LETTER)
    out_of_scope = property(lambda self: self.case.eligibility is Eligibility.OUT_OF_SCOPE)
    unclear = property(lambda self: self.case.eligibility is None)
    duplicate = property(lambda self: any(link.kind is LinkKind.DUPLICATE_OF for link in self.case.links))
    withdrawn = property(lambda self: self.case.withdrawn_at is not None)
    complex = property(lambda self: self.case.verdict.complexity is Complexity.COMPLEX)
    planned = property(lambda self: bool(self.case.actions) or self.case.no_action is not None)
    closed = property(lambda self: self.case.state is CaseState.CLOSED)
    hazardous = property(lambda self: self.message.theme in _HAZARDOUS)
    settled = property(lambda self: is_settled(self.world, self.reference))
    awaiting_actions = property(lambda self: bool(self.case.actions) and not self.settled)
    in_mediation = property(lambda self: self.case.mediation_at is not None)
    reopened = property(
        lambda self: len(self.case.answer_cycles) > 1 and self.case.answer_cycles[-1].answered_at is None
    )
    anonymised = property(lambda self: self.case.anonymised_at is not None)

    @property
    def severe(self) -> bool:
        """True if a domain of risk is known to be severely affected."""
        severities = (self.case.facts.get(f"severity_{domain.value}") for domain in RiskDomain)
        return any(severity is not UNKNOWN and severity >= _SEVERE for severity in severities)

    @property
    def founded(self) -> bool:
        """True if causes are analysed and actions planned; a complex case is never misattributed."""
        return self.outlook in {"founded", "partly_founded"} or (self.outlook == "misattributed" and self.complex)

    @property
    def to_be_analysed(self) -> bool:
        """True if causes are analysed."""
        return self.founded or self.complex

    @property
    def isolated(self) -> bool:
        """True if the only cause of a case of low criticality may need no action."""
        return self.founded and len(self.causes) == 1 and self.case.verdict.band is Band.LOW

    @property
    def dissatisfied(self) -> bool:
        """True if the complainant is dissatisfied with the answer."""
        reaction = self.case.reaction
        return reaction is not None and reaction.reaction is Reaction.DISSATISFIED

    @property
    def in_litigation(self) -> bool:
        """True while litigation suspends the retention of the case."""
        suspensions = self.case.suspensions
        return bool(suspensions) and suspensions[-1].until is None

    @property
    def repeated(self) -> bool:
        """True if an earlier complaint of the same author, site and theme is open."""
        similar = self._similar()
        if similar is None or similar.state is CaseState.CLOSED:
            return False
        return self.world.messages[similar.reference].name == self.message.name

    def _similar(self) -> Case | None:
        """The latest of the earlier complaints of the same site and theme; None if there is none."""
        case = self.case
        earlier = [
            other
            for reference, message in self.world.messages.items()
            if reference != self.reference and message.subject is not None and message.theme == self.message.theme
            for other in [self.world.desk.cases.get(reference)]
            if other.site == self.site
            and other.events[0].occurred_at <= case.events[0].occurred_at
            and other.received_at >= case.received_at - _SIMILAR
            and other.anonymised_at is None
        ]
        return max(earlier, key=lambda other: other.received_at, default=None)

    # Steps

    def register(self) -> None:
        """Register the message; some messages come twice and give the same case."""
        if self.message.subject is not None and self.grievance and self.named and self._chance("writes_again"):
            earlier = self._open_message()
            self.message = self.message if earlier is None else attrs.evolve(self.message, name=earlier.name)
        for _ in range(2 if self._chance("sent_twice") else 1):
            case = self._register()
        self.reference = case.reference
        self.world.messages[case.reference] = self.message

    def _open_message(self) -> Message | None:
        """Return the latest message of the same site and point whose author has a name and awaits an answer."""
        complainant = self.message.facts.get("complainant")
        awaited = (
            message
            for reference, message in reversed(self.world.messages.items())
            if message.name is not None and message.subject is not None and message.theme == self.message.theme
            if self.theme.point_of(message.text or "") == self.point
            for case in [self.world.desk.cases.get(reference)]
            if case.site == self.site and case.state is not CaseState.CLOSED
            if case.facts.get("complainant") == complainant
        )
        return next(awaited, None)

    def _register(self) -> Case:
        message, desk = self.message, self.acting()
        facts = attrs.evolve(message.facts, own=self.world.own_of(message))
        if isinstance(facts, MalfunctionFacts):
            return desk.register(facts, site=self.site, source=message.source, verbatim=message.text)
        note = facts.satisfaction
        if isinstance(message.invented, InventedSurveyResult) and note is not ABSENT and note is not UNKNOWN:
            return desk.register_survey_result(
                note,
                received_at=facts.received_at,
                site=self.site,
                company=message.invented.is_company,
                nature=Nature.GENERAL_OPINION if message.invented.theme is None else Nature.GRIEVANCE,
                source=message.source,
                complainant=message.name,
                verbatim=message.text,
            )
        return desk.register(
            facts, site=self.site, source=message.source, complainant=message.name, verbatim=message.text
        )

    def redirect(self) -> None:
        """Redirect a message that is out of scope, and close its case."""
        subject = self.message.subject
        kind = Kind.GRIEVANCE if subject is None else subject.kind
        self.acting().close(
            self.reference,
            reason=ClosingReason.OUT_OF_SCOPE,
            redirected_to=scenario_data().redirections[kind],
            redirection=RedirectionKind.INTERNAL,
            told_at=self.world.now if self.case.is_redirection_announced else None,
        )

    def qualify_too_early(self) -> None:
        """Try to qualify a call that is not transcribed: the desk refuses."""
        problem, risks = self.point.problem, {"training": 2}
        self.world.be_refused(
            "qualify", lambda: self.acting().qualify(self.reference, problem=problem, risks=risks, likelihood=2)
        )

    def transcribe(self) -> None:
        """Transcribe the call."""
        author = self.world.person(self.site, Role.HANDLING_UNIT)
        self.acting().transcribe(self.reference, text=self.message.text or "(appel sans message)", author=author)

    def add_support(self) -> None:
        """Add the message as a factual support."""
        title = f"{self.message.support.label('fr')} {self.message.source}"
        self.acting().add_support(self.reference, kind=self.message.support, title=title)

    def correct_receipt(self) -> None:
        """Correct the receipt of a letter that arrived on the business day before."""
        arrived = self.message.facts.received_at
        day = self.calendar.day_of(arrived)
        earlier = arrived - timedelta(days=(day - self.calendar.previous(day)).days)
        self.acting().correct(self.reference, reason=self._reason("correction"), received_at=earlier)

    def contain(self) -> None:
        """Take a containment measure; a person of the unit follows the case from then on."""
        self.acting().contain(self.reference, measure=self.draws.one_of(self.theme.containment))
        self.acting().assign(self.reference, to=self.world.person(self.site, Role.HANDLING_UNIT))
        if self.case.complainant is not None:
            self.acting().add_note(self.reference, text=self._reason("note"))

    def clarify(self) -> None:
        """Complete the fact that answers the first open question; who the sender is comes with the name."""
        facts = self.case.facts
        assert isinstance(facts, ComplaintFacts)  # noqa: S101  (malfunctions are never unclear)
        question = m2_1().assess(facts, self.calendar).eligibility.question
        assert question is not None  # noqa: S101  (eligibility is undetermined)
        truth = self.message.truth(self.world.stream(f"truth/{self.message.source}"))
        self.acting().complete_facts(self.reference, **{question.name: truth[question.name]})
        if question.name == "complainant" and self.case.complainant is None:  # a sender who says so gives a name
            name = person_name(self.world.stream(f"sender/{self.message.source}"))
            self.acting().identify_complainant(self.reference, complainant=name)

    def close_as_withdrawn(self) -> None:
        """Close the case of a withdrawn complaint."""
        self.acting().close(self.reference, reason=ClosingReason.WITHDRAWN)

    def link_to_similar(self) -> None:
        """Link the case as a duplicate of a similar one."""
        similar = self._similar()
        assert similar is not None  # noqa: S101  (the step's condition)
        self.acting().link(self.reference, kind=LinkKind.DUPLICATE_OF, to=similar.reference)

    def close_as_duplicate(self) -> None:
        """Close the case as a duplicate."""
        self.acting().close(self.reference, reason=ClosingReason.DUPLICATE)

    def qualify(self) -> None:
        """Qualify the case: complete its facts and judge its risks with experts."""
        case, theme = self.case, self.theme
        role = Role.RQR if case.routing_level > Level.LOCAL else self.draws.one_of((Role.HANDLING_UNIT, Role.AQ))
        problem = self.point.problem
        truth = self.message.truth(self.draws)
        self.acting(role).qualify(
            self.reference,
            problem=self._reason("claimed", problem=problem) if self.outlook == "unfounded" else problem,
            requirement_reference=theme.requirement,
            conforming=_CONFORMING.get(self.outlook, False),
            supported_by=None if role is Role.RQR else self.world.person(self.unit, Role.RQR),
            experts=(theme.family_of_experts,)
            if case.routing_level is Level.LOCAL
            else ("CODIR", theme.family_of_experts),
            **{name: truth[name] for name in _INQUIRED if case.facts.get(name) is UNKNOWN},
        )

    def reroute(self) -> None:
        """Reroute a regional case to the leading site of its region, or impose a level on a critical local case."""
        case, sites = self.case, self.world.sites
        region = sites[case.handling_unit].region
        lead = max(code for code in sites if sites[code].region == region)
        desk = self.acting(Role.RQR)
        if case.routing_level is Level.REGIONAL and lead != case.handling_unit:
            reason = self._reason("regional_lead", site=sites[lead].name)
            desk.reroute(self.reference, handling_unit=lead, reason=reason)
        elif case.routing_level is Level.LOCAL and case.verdict.band is Band.CRITICAL and self._chance("imposed_level"):
            reason, level = self._reason("override"), Level.REGIONAL
            desk.reroute(self.reference, handling_unit=case.handling_unit, level=level, reason=reason)

    def analyse(self) -> None:
        """Find one cause or two, first the one that the message points to, by the method that the case calls for."""
        self.causes = themes()["misunderstanding"].causes
        if self.founded:
            text = self.message.text or ""
            causes = sorted(self.theme.causes, key=lambda cause: (-cause.shows_in(text), self.draws.chance(0.5)))
            self.causes = causes if self._chance("two_causes") else causes[:1]
        role = Role.AQ if self.draws.chance(0.5) else Role.HANDLING_UNIT
        self._record_containment_effects()
        analysis = self._analysis()
        if analysis is None:
            cause = self.causes[0]
            report = f"{cause.root} ({cause.proof})"
            self.acting(role).analyse(self.reference, causes=(cause.family,), report=report)
        else:
            self.acting(role).analyse(self.reference, analysis=analysis)

    def _analysis(self) -> CauseAnalysis | None:
        """Ishikawa's diagram for a high criticality, the five whys for other complex cases, None for a plain report."""
        case = self.case
        if case.verdict.band in (Band.HIGH, Band.CRITICAL):
            possible = [
                PossibleCause(
                    category=cause.category,
                    statement=cause.root,
                    status=CauseStatus.RETAINED,
                    proof=cause.proof,
                    family=cause.family,
                )
                for cause in self.causes
            ]
            possible += [
                PossibleCause(category=cause.category, statement=cause.statement, status=CauseStatus.REJECTED)
                for cause in self.theme.rejected
            ]
            return Ishikawa(effect=self.problem, scheme=Scheme.SIX_M_MEASURE, causes=possible)
        if self.complex or len(self.causes) > 1:
            return FiveWhys(self.problem, [WhyChain(one.answers, one.family, one.lever) for one in self.causes])
        return None

    @property
    def _measure(self) -> str:
        """The containment measure that was taken, or one to take."""
        case = self.case
        taken = [event.data.measure for event in case.events if isinstance(event.data, ContainmentTaken)]
        return (case.read(taken[0]) if taken else None) or self.theme.containment[0]

    def _record_containment_effects(self) -> None:
        for containment in self.case.containments:
            holds = self._chance("containment_holds")
            self.acting().record_containment_effect(
                self.reference,
                measure=containment.number,
                effective=holds,
                effect=self.theme.held if holds else "la mesure n'a pas suffi",
            )

    def link_by_cause(self) -> None:
        """Link the case to a similar one of the same cause, if there is one."""
        similar, analysis = self._similar(), self.case.analysis
        causes = similar.analysis.causes if similar is not None and similar.analysis is not None else ()
        if similar is not None and analysis is not None and set(causes).intersection(analysis.causes):
            self.acting().link(self.reference, kind=LinkKind.SAME_CAUSE_AS, to=similar.reference)

    def plan_nothing(self) -> None:
        """State why no action is needed; if no causes were analysed, first that there are none (I24)."""
        reasons = {"unfounded": "nothing_unfounded", "misattributed": "nothing_elsewhere"}
        reason = self._reason("nothing_isolated" if self.founded else reasons[self.outlook])
        if self.case.verdict.complexity is None:
            self.acting().analyse(self.reference, report=reason)
        self.acting().plan_nothing(self.reference, reason=reason)

    def plan(self) -> None:
        """Plan an action for each cause, often a curative one too; an action in progress for a cause is joined."""
        on_plan = {action.cause_family: action for action in self._current_actions()}
        known = [on_plan[cause.family] for cause in self.causes if cause.family in on_plan]
        missing = [cause for cause in self.causes if cause.family not in on_plan]
        sheets = [self._corrective(cause, number) for number, cause in enumerate(missing)]
        if self._chance("curative_action"):
            criterion = "le client confirme que c'est fait"
            sheets.append(
                self._sheet(len(sheets), type=ActionType.CURATIVE, what=self.point.remedy, criterion=criterion)
            )
        if self.case.containments and self._chance("maintained_containment"):
            what = f"maintenir la mesure conservatoire : {self._measure}"
            sheets.append(self._sheet(len(sheets), type=ActionType.CONTAINMENT, what=what, criterion=self.theme.held))
        self.acting().plan(self.reference, *(action.reference for action in known), *sheets, scope=self.scope)
        reopened = [action.reference for action in known if self._was_reopened(action)]
        for reference in (*reopened, *(sheet.reference for sheet in sheets)):
            begin_action(self.world, self.scope, self.unit, reference)

    def _current_actions(self) -> Iterator[Action]:
        """The actions of the plan that go on, the first one of a family last."""
        actions = self.world.desk.pgaac(self.scope).actions
        return (action for action in reversed(actions) if action.status not in ENDED_STATUSES)

    def _was_reopened(self, action: Action) -> bool:
        return bool(action.reopenings) and action.reopenings[-1].case == self.reference

    def _corrective(self, cause: CausePhrases, reserved: int) -> ActionSheet:
        """An action on a cause."""
        is_urgent = self.case.verdict.band in (Band.HIGH, Band.CRITICAL)
        return self._sheet(
            reserved,
            type=ActionType.CORRECTIVE,
            cause_family=cause.family,
            cause=cause.root,
            what=cause.what,
            criterion=cause.criterion,
            priority=Priority.HIGH if is_urgent else Priority.NORMAL,
        )

    def _sheet(self, reserved: int, **fields: Any) -> ActionSheet:
        scope = self.scope
        done, checked = self._dates()
        return ActionSheet(
            reference=self.world.next_reference(scope, reserved),
            origin=self.message.origin,
            origin_reference=self.message.source,
            site=scope.code if scope.kind is ScopeKind.SITE else None,
            level=LEVELS.get(scope.kind),
            finding=self.problem,
            requirement=self.theme.requirement,
            owner=self.world.person(self.unit, Role.HANDLING_UNIT),
            planned=done,
            check_on=checked,
            **fields,
        )

    def _dates(self) -> tuple[date, date]:
        """The days by which an action is done and its effectiveness judged."""
        done = self.calendar.add(self.today, self.draws.whole(4, 9))
        return done, self.calendar.add(done, _CHECKED_AFTER)

    def answer(self) -> None:
        """Answer in substance; an anonymous complainant is answered by a collective action."""
        outlook = "founded" if self.outlook == "misattributed" and self.founded else self.outlook
        self._answer(AnswerDecision.parse(outlook), outlook, Role.HANDLING_UNIT)

    def answer_again(self) -> None:
        """Answer after a reopening."""
        self._answer(AnswerDecision.PARTLY_FOUNDED, "again", Role.RQR)

    def _answer(self, decision: AnswerDecision, words: str, role: Role) -> None:
        is_collective = self.case.complainant is None
        remedies = "" if is_collective else self._curative_actions()
        is_elsewhere = decision is AnswerDecision.MISATTRIBUTED
        self.acting(role).answer(
            self.reference,
            decision=decision,
            text=self._collective(role) if is_collective else self._reasons(words),
            remedies=remedies or None,
            provider=scenario_data().letter["provider"] if is_elsewhere else None,
            recourse=not is_collective,
            collective=is_collective,
        )

    def _reasons(self, words: str) -> str:
        """The reasons of an answer: they affirm what the case proves, and name no cause, person or rule."""
        data = scenario_data()
        follow_up = data.letter["actions"] if self.case.actions else data.letter["no_action"] if self.isolated else ""
        return data.answers[words].format(problem=self.point.stated, follow_up=follow_up).rstrip()

    def _collective(self, role: Role) -> str:
        """The answer to a group, for want of a complainant to write to: it points at no person."""
        data, case = scenario_data(), self.case
        site = self.world.sites[self.unit]
        return data.letter["collective"].format(
            received=f"{case.received_on:%d/%m/%Y}",
            reference=self.reference,
            body=self.theme.collective,
            signatory=self.world.person(self.unit, role),
            direction=data.letter[case.routing_level.value].format(site=site.name, region=site.region),
        )

    def _curative_actions(self) -> str:
        """The curative actions that serve other cases too; a letter states those of the case alone from the plan."""
        told = []
        for line in self.case.actions:
            plan = self.world.desk.pgaac(line.scope).current
            action = plan.action(line.action)
            is_in_letter = set(action.cases) == {self.reference}
            if action.type is ActionType.CURATIVE and action.status is not ActionStatus.ABANDONED and not is_in_letter:
                is_done = action.done is not None and action.evidence is not None
                when = "réalisé, preuve au dossier" if is_done else f"au plus tard le {action.planned:%d/%m/%Y}"
                told.append(f"{plan.read(action.what)} ({when})")
        return " ; ".join(told)

    def close_too_early(self) -> None:
        """Try to close a case whose actions are awaited: the desk refuses."""
        self.world.be_refused("close", lambda: self.acting().close(self.reference, reason=ClosingReason.ANSWERED))

    def record_reaction(self) -> None:
        """Record the complainant's reaction to the answer."""
        data, answer = scenario_data(), self.case.answer_of(self.case.answer_cycles[-1])
        is_denied = answer is not None and answer.decision is AnswerDecision.UNFOUNDED
        reaction = self.draws.weighted(data.reactions["denied" if is_denied else "answered"])
        words = self.draws.one_of(data.reaction_words[reaction])
        self.acting().record_reaction(self.reference, reaction=Reaction.parse(reaction), words=words)

    def close(self) -> None:
        """Close the case."""
        close_case(self.world, self.reference)

    def correct_answer_date(self) -> None:
        """Correct the date of an answer that was sent on the business day before, if nothing else followed then."""
        case = self.case
        written = [event for event in case.events if isinstance(event.data, Answered)][-1]
        day = self.calendar.day_of(written.occurred_at)
        sent = written.occurred_at - timedelta(days=(day - self.calendar.previous(day)).days)
        if all(event.occurred_at < sent for event in case.events[: written.number - 1]):
            reason = self._reason("misdated")
            self.acting().correct_date(self.reference, written.number, happened_at=sent, reason=reason)
