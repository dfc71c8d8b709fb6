"""Handling: from the acknowledgement to the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Unpack

import attrs

from reclamation_core.cases import (
    Acknowledged,
    Analysed,
    AnswerDecision,
    Answered,
    Case,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    FactsCompleted,
    FactsCorrected,
    InformationRequested,
    Method,
    Qualified,
    Rerouted,
    SupportAdded,
    SupportKind,
    Transcribed,
)
from reclamation_core.cases.causes import TRAINING_BODY, CauseAnalysis, Taxonomy
from reclamation_core.cases.checks import label, of_class
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import facts_with, require, require_some, severities
from reclamation_core.desk.plans import follow_up, reopen_recurring
from reclamation_core.ports import UnitOfWork
from reclamation_core.vocabulary import FactsUpdate, Level, RiskDomain


class Handling:
    """The verbs that handle a case. Each gives the case as it is after.

    They raise CommandRefusedError where guards are not met, CaseNotFoundError where the case is not there or not within
    the desk's scope, ClockError where the clock, or the one that dated an act of the case, is wrong,
    UnknownEditionError where the desk does not know the edition of the case, ChangedEditionError where it knows another
    text under that name.
    """

    _context: DeskContext

    def complete_facts(
        self, reference: str, *, occurred_at: datetime | None = None, **facts: Unpack[FactsUpdate]
    ) -> Case:
        """Tell facts that were unknown (compléter); eligibility, level and risk are judged anew.

        Raises FaultsError where a value is refused, ValueError where no fact is given. Source: M2-1 §1.2.
        """
        require_some(facts)
        return self._with_facts(reference, facts, lambda all_facts: FactsCompleted(facts=all_facts), occurred_at)

    def correct(
        self, reference: str, *, reason: str, occurred_at: datetime | None = None, **facts: Unpack[FactsUpdate]
    ) -> Case:
        """Correct facts, the date of receipt among them (rectifier); the story keeps both.

        Where another edition was in force at the right receipt, the case is judged and timed by that one from then on;
        its calendar stays the one recorded at the registration, with that edition's closures in place of the former's.
        A receipt that turns out to be after a verdict opens an action again, as an analysis does.

        Raises FaultsError where a value is refused, ValueError where no fact is given, NoEditionError where no edition
        was in force at the right receipt, UnknownEditionError where the desk does not know the former one.
        """
        require_some(facts)
        decided = self._context.apply

        def corrected(_: UnitOfWork, case: Case) -> Case:
            return decided(case, FactsCorrected(facts=facts_with(case.facts, facts), reason=reason), occurred_at)

        return self._showing_causes(reference, corrected)

    def correct_date(
        self, reference: str, event: int, *, happened_at: datetime, reason: str, occurred_at: datetime | None = None
    ) -> Case:
        """Correct the date of something that was done (rectifier une date); the story keeps both.

        What follows from it, the answer in time among others, is what it would have been with that date from the
        start. It may be asked of a closed case too. The date of receipt is a fact: `correct` has it.

        Args:
            reference: the case.
            event: the number of the event, as `case.events` has it.
            happened_at: when it happened.
            reason: what was wrong.
            occurred_at: when this was found; now by default.
        """
        data, decided = DateCorrected(event=event, happened_at=happened_at, reason=reason), self._context.apply
        return self._showing_causes(
            reference,
            lambda unit, case: decided(case, data, occurred_at, follow_up(self._context, unit, case, ever=True)),
        )

    def request_information(
        self, reference: str, *facts: str, question: str | None = None, occurred_at: datetime | None = None
    ) -> Case:
        """Record a request for information to the complainant (demander des précisions); the answer clock runs on.

        The agenda shows it until the facts are completed.

        Args:
            reference: the case.
            facts: the names of unknown facts.
            question: a question in free text.
            occurred_at: when it was sent; now by default.

        Raises:
            ValueError: it asks for nothing, or a name is not that of a fact.
        """
        return self._context.execute(reference, InformationRequested(facts=facts, question=question), occurred_at)

    def acknowledge(self, reference: str, *, occurred_at: datetime | None = None) -> Case:
        """Acknowledge receipt (accuser réception). It does not stop the answer clock (I3)."""
        return self._context.execute(reference, Acknowledged(), occurred_at)

    def add_support(
        self, reference: str, *, kind: SupportKind, title: str, occurred_at: datetime | None = None
    ) -> Case:
        """Put a factual support on file (support factuel). Source: M2-1 §6.1."""
        return self._context.execute(reference, SupportAdded(kind=kind, title=title), occurred_at)

    def transcribe(self, reference: str, *, text: str, author: str, occurred_at: datetime | None = None) -> Case:
        """Write down a telephone complaint (transcrire); it is then a factual support. Source: M2-1 §1.3, §6.1."""
        return self._context.execute(reference, Transcribed(text=text, author=author), occurred_at)

    def contain(self, reference: str, *, measure: str, occurred_at: datetime | None = None) -> Case:
        """Take an immediate measure that limits the impact (mesure conservatoire). Source: M2-1 §3."""
        return self._context.execute(reference, ContainmentTaken(measure=measure), occurred_at)

    def record_containment_effect(
        self, reference: str, *, measure: int, effective: bool, effect: str, occurred_at: datetime | None = None
    ) -> Case:
        """Record what a containment measure achieved; `measure` is its number in `case.containments`, 1 for the first.

        Source: M2-1 §0.1.
        """
        context = self._context
        done = ContainmentEffectRecorded(measure=measure, effective=effective, effect=effect)

        def recorded(_: UnitOfWork, case: Case) -> Case:
            events = {taken.number: taken.event for taken in case.containments}
            none = case.version + 1  # the guard refuses what no event took
            return context.apply(case, attrs.evolve(done, measure=events.get(measure, none)), occurred_at)

        return context.update(reference, recorded)

    def qualify(
        self,
        reference: str,
        *,
        problem: str,
        requirement_reference: str | None = None,
        conforming: bool | None = None,
        supported_by: str | None = None,
        experts: tuple[str, ...] = (),
        risks: Mapping[RiskDomain | str, int] | None = None,
        occurred_at: datetime | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case:
        """Qualify the case (qualifier): restate the problem, judge its risks.

        Unless the edition loosens it, every risk domain is known afterwards, and the likelihood or the recurrences; a
        refusal names those that are missing (I24).

        Args:
            reference: the case.
            problem: the problem in the words of who handles it.
            requirement_reference: where the requirement breached is written.
            conforming: whether what was done conforms to it.
            supported_by: the RQR or AQ who helped.
            experts: who was consulted for the risks (CODIR, famille métier).
            risks: the risk domains touched, each with its severity from 1 to 4; the others are judged not touched, all
                of them with `{}`. In its place severities may be given one by one among the facts, and then the others
                stay as they are.
            occurred_at: when; now by default.
            facts: the requirement, the severities, the likelihood, the recurrences and any fact that came to be known.

        Source: M2-1 §2.
        """
        told = facts if risks is None else severities(risks, facts)

        def qualified(all_facts: Any) -> Qualified:
            return Qualified(
                problem=problem,
                requirement_reference=requirement_reference,
                conforming=conforming,
                facts=all_facts,
                supported_by=supported_by,
                experts=experts,
            )

        return self._with_facts(reference, told, qualified, occurred_at)

    def reroute(
        self,
        reference: str,
        *,
        handling_unit: str,
        level: Level | None = None,
        reason: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Give the case to another unit (réorienter), at the level that it has or, with role and reason, at another.

        A level that was imposed stays until it is changed in the same way.
        Re-routing never moves the due date (I2). Raises UnknownSiteError where the sites are known and the unit is none
        of them. Source: M2-1 §5.
        """
        require(label, handling_unit=handling_unit)
        context = self._context
        context.places.require(handling_unit)

        def rerouted(_: UnitOfWork, case: Case) -> Case:
            wanted = case.level if level is None else level
            override = wanted is not case.verdict.level
            data = Rerouted(level=wanted, handling_unit=handling_unit, override=override, reason=reason)
            return context.apply(case, data, occurred_at)

        return context.update(reference, rerouted)

    def analyse(
        self,
        reference: str,
        *,
        analysis: CauseAnalysis | None = None,
        causes: tuple[str, ...] = (),
        method: Method | None = None,
        report: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Record the causes found (analyser), by their families, and the method used.

        Args:
            reference: the case.
            analysis: the analysis by one of the methods; it says causes, method and report itself.
            causes: the families of the root causes, one for each cause.
            method: the method used; None for a plain look.
            report: the analysis in words.
            occurred_at: when; now by default.

        An action on a plan that was judged effective on one of these causes, where it shows again, is opened again, as
        of now: that is when it is known. A case that was opened again shows its causes since then. Raises ValueError
        where causes are given twice, FaultsError where the desk knows the families of causes and one is none of them.
        Source: M2-1 §4.
        """
        context = self._context
        found = Analysed(method=method, causes=causes, report=report)
        if analysis is None:
            context.require_families((f"causes[{place}]", family) for place, family in enumerate(found.causes))
        else:
            found = _in_short(analysis, beside=found, families=context.taxonomy)
            context.require_families((located.path, located.cause.family) for located in analysis.located_causes)

        return self._showing_causes(reference, lambda _, case: context.apply(case, found, occurred_at))

    def answer(
        self,
        reference: str,
        *,
        decision: AnswerDecision,
        text: str,
        remedies: str | None = None,
        recourse: bool = False,
        collective: bool = False,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Answer in substance (répondre); it stops the answer clock. Source: M2-1 §5.0."""
        answered = Answered(decision=decision, text=text, remedies=remedies, recourse=recourse, collective=collective)
        return self._context.execute(reference, answered, occurred_at)

    def _showing_causes(self, reference: str, change: Callable[[UnitOfWork, Case], Case]) -> Case:
        """Change what a case says of its causes, or since when, and open again the actions that it calls for."""

        def changed(unit: UnitOfWork, case: Case) -> Case:
            after = change(unit, case)
            reopen_recurring(unit, after, self._context)
            return after

        return self._context.update(reference, changed)

    def _with_facts(self, reference: str, facts: Mapping[str, Any], data: Any, occurred_at: datetime | None) -> Case:
        decided = self._context.apply
        return self._context.update(
            reference, lambda _, case: decided(case, data(facts_with(case.facts, facts)), occurred_at)
        )


def _in_short(analysis: CauseAnalysis, beside: Analysed, families: Taxonomy | None) -> Analysed:
    """What a case keeps of an analysis; nothing is told beside it."""
    require(of_class(CauseAnalysis), analysis=analysis)
    if beside != Analysed():
        raise ValueError("analysis: it says its method, its causes and its report itself; leave the others out")
    causes = tuple(cause.family for cause in analysis.root_causes)
    report = analysis.to_markdown(families=TRAINING_BODY if families is None else families)
    return Analysed(method=analysis.method, causes=causes, report=report)
