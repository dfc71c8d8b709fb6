"""Decisions on a case that read the case, its plans or other cases before the event is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, ClosingReason, LinkKind, TextKind
from reclamation_core.cases.causes import TRAINING_BODY, CauseAnalysis, Taxonomy
from reclamation_core.cases.events import (
    Analysed,
    Anonymised,
    Closed,
    ContainmentEffectRecorded,
    DateCorrected,
    FactsCompleted,
    FactsCorrected,
    FactSuggested,
    Linked,
    Rerouted,
)
from reclamation_core.cases.events.base import Facts, own_values
from reclamation_core.cases.events.handling import fact_of_case, value_of_text
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.desk.arguments import facts_with, require_some
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.documents import DocumentService
from reclamation_core.desk.errors import CircularLinkError
from reclamation_core.desk.plan_access import follow_up, reopen_recurring
from reclamation_core.errors import REDACTED, FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import CaseNotFoundError, UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import instant, label, name, of_class, optional, refuse_value, require
from reclamation_core.vocabulary import Level
from reclamation_core.vocabulary.facts import is_own_key
from reclamation_core.vocabulary.own_facts import OWN, OwnText
from reclamation_core.wording import Wording

_ALONE: Final = Wording(
    "l'analyse a sa méthode, ses causes et son rapport : n'indiquez rien d'autre",
    "it has its own method, causes and report; leave the other arguments out",
)
_NOT_SUGGESTED: Final = Wording(
    "une information inconnue et suggérée est attendue", "a fact that is unknown and suggested is expected"
)
_NO_TEXT: Final = Wording(
    "une information sans texte libre est attendue : une suggestion ne s'efface pas",
    "a fact without a free text is expected: a suggestion is not erased",
)
THEME_KEYWORDS: Final = "mots-clés"
"""What suggests a theme by a list of words."""


@attrs.frozen
class HandlingService(SharedRepr):
    """Handle a case, from the completion of its facts to the answer.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def update_facts(
        self, reference: str, changes: Mapping[str, Any], event: Callable[[Any], Any], occurred_at: datetime | None
    ) -> Case:
        """Apply an event that holds the facts of the case with some of them changed."""
        handle = self.context.handle
        return self.context.update(
            reference, lambda _, case: handle(case, event(facts_with(case.facts, changes)), occurred_at)
        )

    def suggest(self, reference: str, event: FactSuggested, occurred_at: datetime | None) -> Case:
        """Record a suggestion; see `Desk.suggest`."""

        def suggested(_: UnitOfWork, case: Case) -> Case:
            if is_own_key(event.fact) and fact_of_case(case.facts, event.fact) is UNKNOWN:
                self._with_suggested(case, event)
            return self.context.handle(case, event, occurred_at)

        return self.context.update(reference, suggested)

    def _with_suggested(self, case: Case, event: FactSuggested) -> Facts:
        """Return the facts of a case with a suggested value.

        Raises:
            FaultsError: the edition of the case declares no such fact, or the value is none of it, or a text.
        """
        if not is_own_key(event.fact):
            return facts_with(case.facts, {event.fact: event.suggested})
        policy, name = self.context.policy_of(case), event.fact.removeprefix(f"{OWN}.")
        declared = policy.facts_by_name.get(name)
        try:
            value = event.suggested if declared is None else value_of_text(declared.domain, event.value)
        except ValueError:
            value = event.value  # the edition refuses it with its reason
        try:
            facts = own_values(policy, facts_with(case.facts, {OWN: {name: value}}), case.facts.own)
        except FaultsError as error:
            path = "fact" if declared is None else "value"
            raise FaultsError(attrs.evolve(fault, path=path) for fault in error.faults) from None
        if isinstance(facts.own[name], OwnText):
            refuse_value("fact", event.fact, _NO_TEXT)
        return facts

    def suggest_theme(self, reference: str, keywords: ThemeKeywords | None) -> Case:
        """Record the theme that the words of a message suggest; see `Desk.suggest_theme`."""
        require(optional(of_class(ThemeKeywords)), keywords=keywords)
        context, chosen = self.context, ThemeKeywords.proposed() if keywords is None else keywords
        with context.store.unit_of_work() as unit:
            case = context.load(unit, reference)
        text = case.read(case.registration.verbatim)
        if text is None or case.closed_at is not None or case.facts.get("theme", UNKNOWN) is not UNKNOWN:
            return case
        found = chosen.suggest(text)
        given = {(one.by, one.by_version, one.value) for one in case.suggestions if one.fact == "theme"}
        if found is None or (THEME_KEYWORDS, chosen.version, found.theme) in given:
            return case
        event = FactSuggested(
            fact="theme", value=found.theme, by=THEME_KEYWORDS, by_version=chosen.version, words=found.words
        )
        return context.update(reference, lambda _, case: context.handle(case, event, None))

    def accept_suggestion(self, reference: str, fact: str, occurred_at: datetime | None) -> Case:
        """Enter the suggested value of a fact; see `Desk.accept_suggestion`."""
        require(name, fact=fact)
        require(optional(instant), occurred_at=occurred_at)

        def accepted(_: UnitOfWork, case: Case) -> Case:
            suggested = next((one for one in case.suggestions if one.fact == fact), None)
            if suggested is None:
                refuse_value("fact", fact, _NOT_SUGGESTED)
            return self.context.handle(case, FactsCompleted(facts=self._with_suggested(case, suggested)), occurred_at)

        return self.context.update(reference, accepted)

    def correct(self, reference: str, changes: Mapping[str, Any], reason: str, occurred_at: datetime | None) -> Case:
        """Correct facts; see `Desk.correct`."""
        require_some(changes)
        handle = self.context.handle

        def corrected(_: UnitOfWork, case: Case) -> Case:
            facts = facts_with(case.facts, changes)
            return handle(case, FactsCorrected(facts=facts, reason=reason), occurred_at)

        return self._update_causes(reference, corrected)

    def correct_date(self, reference: str, data: DateCorrected, occurred_at: datetime | None) -> Case:
        """Correct the date of an event; see `Desk.correct_date`."""
        context = self.context

        def corrected(unit: UnitOfWork, case: Case) -> Case:
            return context.handle(case, data, occurred_at, follow_up(context, unit, case, ever=True))

        return self._update_causes(reference, corrected)

    def record_containment_effect(
        self, reference: str, measure: int, effective: bool, effect: str, occurred_at: datetime | None
    ) -> Case:
        """Record the effect of a containment measure, by its number; see `Desk.record_containment_effect`."""
        context = self.context
        data = ContainmentEffectRecorded(measure=measure, effective=effective, effect=effect)

        def recorded(_: UnitOfWork, case: Case) -> Case:
            events = {taken.number: taken.event for taken in case.containments}
            none = case.version + 1  # the guard refuses the number of an event that does not exist
            return context.handle(case, attrs.evolve(data, measure=events.get(measure, none)), occurred_at)

        return context.update(reference, recorded)

    def reroute(
        self, reference: str, handling_unit: str, level: Level | None, reason: str | None, occurred_at: datetime | None
    ) -> Case:
        """Hand the case to another unit; see `Desk.reroute`."""
        require(label, handling_unit=handling_unit)
        context = self.context
        context.sites.require(handling_unit)

        def rerouted(_: UnitOfWork, case: Case) -> Case:
            new_level = case.routing_level if level is None else level
            data = Rerouted(level=new_level, handling_unit=handling_unit, reason=reason)
            return context.handle(case, data, occurred_at)

        return context.update(reference, rerouted)

    def analyse(
        self, reference: str, analysis: CauseAnalysis | None, data: Analysed, occurred_at: datetime | None
    ) -> Case:
        """Record the causes; see `Desk.analyse`."""
        context = self.context
        if analysis is None:
            context.require_families((f"causes[{place}]", family) for place, family in enumerate(data.causes))
        else:
            data = _summary(analysis, data, context.taxonomy)
            context.require_families((located.path, located.cause.family) for located in analysis.located_causes)
        return self._update_causes(reference, lambda _, case: context.handle(case, data, occurred_at))

    def _update_causes(self, reference: str, change: Callable[[UnitOfWork, Case], Case]) -> Case:
        """Change the causes of a case, or their date, and reopen the actions on which the case is a recurrence."""

        def changed(unit: UnitOfWork, case: Case) -> Case:
            after = change(unit, case)
            reopen_recurring(self.context, unit, after)
            return after

        return self.context.update(reference, changed)


@attrs.frozen
class ClosingService(SharedRepr):
    """Close, link and anonymise cases.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def close(self, reference: str, data: Closed, occurred_at: datetime | None) -> Case:
        """Close a case; its actions on plans decide whether it may be closed."""
        context = self.context

        def closed(unit: UnitOfWork, case: Case) -> Case:
            is_other = data.reason is ClosingReason.DUPLICATE and context.has_another_author(unit, case)
            return context.handle(case, data, occurred_at, follow_up(context, unit, case), another_author=is_other)

        return context.update(reference, closed)

    def link(self, reference: str, kind: LinkKind, to: str, occurred_at: datetime | None) -> Case:
        """Link a case to another one; see `Desk.link`."""
        require(of_class(str), to=to)
        context = self.context

        def linked(unit: UnitOfWork, case: Case) -> Case:
            try:
                context.load(unit, to)
            except CaseNotFoundError as error:
                error.argument = "to"
                raise
            if reference == to or (kind is LinkKind.DUPLICATE_OF and self._is_duplicate(unit, to, reference)):
                raise CircularLinkError(reference, to)
            return context.handle(case, Linked(kind=kind, to=to), occurred_at)

        return context.update(reference, linked)

    def anonymise(self, reference: str, kinds: tuple[TextKind, ...], occurred_at: datetime | None) -> Case:
        """Erase the texts of a closed case; see `Desk.anonymise`."""
        changed = self.context.update(reference, lambda _, case: self.anonymised(case, kinds, occurred_at))
        self.context.store.erase_traces()
        documents = DocumentService(self.context)
        documents.delete_after_commit()
        return documents.with_left(changed)

    def anonymised(self, case: Case, kinds: tuple[TextKind, ...], occurred_at: datetime | None) -> Case:
        """Return a case without its texts of some kinds."""
        after = self.context.handle(case, Anonymised(kinds=kinds), occurred_at)
        return attrs.evolve(after, vault=after.vault.without(after.erased_by(kinds)))

    def _is_duplicate(self, unit: UnitOfWork, case: str, of: str) -> bool:
        """Return True if a case is a duplicate of another one, through one link or several readable cases.

        Holds the optimistic locks of both and of every case between them, so that none is linked before the commit.
        """
        unit.optimistic_locks.hold(_duplicate_lock(of))
        visited: set[str] = set()
        nearest = {case}
        while nearest:
            if of in nearest:
                return True
            visited |= nearest
            unit.optimistic_locks.hold(*map(_duplicate_lock, nearest))
            cases = [self.context.find_any(unit, reference) for reference in nearest]
            links = [link for found in cases if found is not None for link in found.links]
            nearest = {link.to for link in links if link.kind is LinkKind.DUPLICATE_OF} - visited
        return False


def _duplicate_lock(case: str) -> str:
    """Return the optimistic lock of decisions on the duplicates of a case."""
    return f"duplicate:{case}"


def _summary(analysis: CauseAnalysis, others: Analysed, families: Taxonomy | None) -> Analysed:
    """Return the event of an analysis by one of the methods; no other argument may be passed with it."""
    require(of_class(CauseAnalysis), analysis=analysis)
    if others != Analysed():
        refuse_value("analysis", REDACTED, _ALONE)
    causes = tuple(cause.family for cause in analysis.root_causes)
    report = analysis.to_text(families=TRAINING_BODY if families is None else families)
    return Analysed(method=analysis.method, causes=causes, report=report)
