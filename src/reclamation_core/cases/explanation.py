"""Why a case is where it is: its decisions, the level imposed on it, its deadline with the ledger, and its timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.calendars import Deadline, LedgerReason
from reclamation_core.calendars.calendar import LedgerDay
from reclamation_core.calendars.codes import DeadlineStatus
from reclamation_core.cases.case import Case
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.causes.rendering import inline, markdown_table, one_line
from reclamation_core.cases.codes import CaseKind
from reclamation_core.cases.events import FactsCorrected, Rerouted
from reclamation_core.cases.events.base import AnswerCycle
from reclamation_core.cases.plain import TimelineEntry, plain
from reclamation_core.cases.texts import ERASED
from reclamation_core.codes import Audience
from reclamation_core.errors import InternalTextError
from reclamation_core.policy import Assessment, MalfunctionAssessment, Policy
from reclamation_core.policy.formatting import deadline_sentence
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision
from reclamation_core.tables.explanation import row_wording, sentence
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, Level, Role
from reclamation_core.wording import Lang, Wording, day_text

_DEADLINE: Final = Wording("délai de réponse", "time to answer")
_REVISIONS: Final = Wording("informations rectifiées", "corrected facts")
_SUSPENDED: Final = Wording("délai suspendu", "time to answer suspended")
_REOPENED: Final = Wording("jour de la réouverture", "day of the reopening")
_NOT_AWAITED: Final = Wording("aucune réponse n'est plus attendue", "no answer is awaited any more")
_LEDGER: Final = {"fr": ("Jour", "Compté", "Pourquoi"), "en": ("Day", "Counted", "Why")}


@attrs.frozen(kw_only=True)
class RuleReason(SharedRepr):
    """A rule that decided.

    Args:
        rule: the id of its row.
        clause: its clause of the procedure.
        interpretation: the interpretation of the procedure that it follows.
        text: the rule in words.
    """

    rule: str
    clause: str | None
    interpretation: str | None
    text: str


@attrs.frozen(kw_only=True)
class ImposedLevel(SharedRepr):
    """A level that a person imposed in place of the procedure's (niveau imposé).

    Args:
        level: the level.
        by_role: the role of that person.
        role_label: the role for a reader.
        reason: the reason; None once it is erased.
        imposed_on: the day.
        assessed: the level that the procedure gives.
    """

    level: Level
    by_role: Role
    role_label: str
    reason: str | None
    imposed_on: date
    assessed: Level


@attrs.frozen(kw_only=True)
class ExplainedDecision(SharedRepr):
    """One decision about a case, and why.

    Args:
        name: the decision: `eligibility`, `level`, `risk` or `complexity`.
        title: its title for a reader.
        outcome: the code of the outcome; None while it is undetermined, of the level the one that handles the case.
        label: the outcome for a reader; None while it is undetermined.
        is_determined: False while facts are missing.
        possible: the codes of the outcomes still possible.
        reasons: the rules that decided; none of an imposed level, and none for a complainant.
        imposed: for a level that was imposed, by which role and why.
        question: the question that settles most, while it is undetermined.
        text: the decision in sentences, one a line.
    """

    name: str
    title: str
    outcome: str | None
    label: str | None
    is_determined: bool
    possible: tuple[str, ...]
    reasons: tuple[RuleReason, ...] = ()
    imposed: ImposedLevel | None = None
    question: str | None = None
    text: str


@attrs.frozen(kw_only=True)
class ExplainedDay(SharedRepr):
    """A day of the ledger of a deadline.

    Args:
        day: the day.
        counted: its number, from 1; None if it does not count.
        reason: why it counts or not.
        text: the same for a reader.
    """

    day: date
    counted: int | None
    reason: LedgerReason
    text: str


@attrs.frozen(kw_only=True)
class SuspendedPeriod(SharedRepr):
    """Days on which the answer clock was suspended: the first, and the day of the resumption, None until then."""

    since: date
    until: date | None


@attrs.frozen(kw_only=True)
class ExplainedDeadline(SharedRepr):
    """The deadline of a case, and how it was counted.

    Args:
        starts_on: the day from which it is counted: of the receipt, or of the reopening.
        due: the last day to answer; the earliest possible one while the clock is suspended.
        is_suspended: True while the clock is suspended.
        suspensions: the suspensions of the clock.
        answered_on: the day of the answer.
        status: whether it is met or overdue; None while the clock is suspended, and once no answer is awaited any more.
        status_label: the same for a reader.
        ledger: every day from the start to the last day, with what it counts for.
        text: the deadline in sentences, one a line.
    """

    starts_on: date
    due: date
    is_suspended: bool
    suspensions: tuple[SuspendedPeriod, ...]
    answered_on: date | None
    status: DeadlineStatus | None
    status_label: str
    ledger: tuple[ExplainedDay, ...]
    text: str


@attrs.frozen(kw_only=True)
class CaseExplanation(SharedRepr):
    """Why a case is handled as it is, under the edition of the procedure recorded with it (explication).

    Args:
        reference: the case.
        kind: complaint or malfunction.
        edition: the edition that decided.
        language: the language of the texts.
        audience: the reader of the texts.
        decisions: the decisions in the order in which they are made; of a case out of scope, the eligibility, and the
            level if one was imposed; for a complainant, those that concern one.
        deadline: the last day to answer; None for a malfunction and for a case out of scope.
        revisions: the corrections of facts, on which the decisions rest.
    """

    reference: str
    kind: CaseKind
    edition: str
    language: Lang
    audience: Audience
    decisions: tuple[ExplainedDecision, ...]
    deadline: ExplainedDeadline | None
    revisions: tuple[TimelineEntry, ...] = ()

    def decision(self, name: str) -> ExplainedDecision | None:
        """Return the decision of that name; None if there is none."""
        return next((decision for decision in self.decisions if decision.name == name), None)

    @property
    def text(self) -> str:
        """The explanation in sentences, one a line, a blank line between its parts."""
        return "\n\n".join(text for _, text in self._sections())

    def _sections(self) -> Iterator[tuple[str, str]]:
        """Yield the title and the sentences of each part."""
        yield from ((decision.title, decision.text) for decision in self.decisions)
        if self.deadline is not None:
            yield _DEADLINE.in_(self.language), self.deadline.text
        if self.revisions:
            yield _REVISIONS.in_(self.language), "\n".join(sentence(entry.sentence) for entry in self.revisions)

    def to_markdown(self) -> str:
        """Return the explanation as Markdown: a section for each part, the ledger as a table."""
        parts = [f"# {inline(self.reference)}"]
        for title, text in self._sections():
            parts.append(f"## {inline(sentence(title).removesuffix('.'))}\n\n{_markdown(text)}")
            if self.deadline is not None and text == self.deadline.text:
                rows = (
                    (day_text(day.day, self.language), str(day.counted or ""), inline(day.text))
                    for day in self.deadline.ledger
                )
                parts.append(markdown_table(_LEDGER[self.language], rows).rstrip("\n"))
        return "\n\n".join(parts) + "\n"

    def to_document(self) -> dict[str, Any]:
        """Return the explanation as plain data; `document_schema("view.explanation")` describes it."""
        return plain(self)


def explain(
    case: Case,
    policy: Policy,
    now: datetime,
    lang: Lang = "fr",
    *,
    audience: Audience | str = Audience.AGENT,
    taxonomy: Taxonomy = TRAINING_BODY,
) -> CaseExplanation:
    """Explain a case under an edition of the procedure, that of the case.

    Args:
        case: the case.
        policy: the edition recorded with it.
        now: the instant of the status of the deadline; aware.
        lang: the language of the texts; those for developers are in English.
        audience: the reader of the texts. A complainant reads the eligibility, the level once the message is a
            complaint, and the deadline, in plain words.
        taxonomy: the themes and the families of causes of the organisation, for their names.

    Raises:
        InternalTextError: the audience is the complainant, and an internal malfunction has none.
        ValueError: there is no such language or audience.
    """
    audience = Audience.parse(audience)
    if audience is Audience.COMPLAINANT and case.kind is CaseKind.MALFUNCTION:
        raise InternalTextError(case.kind.wording)
    language: Lang = "en" if audience is Audience.DEVELOPER else lang
    writer = _Writer(case, policy, language, audience, taxonomy)
    return CaseExplanation(
        reference=case.reference,
        kind=case.kind,
        edition=case.edition,
        language=language,
        audience=audience,
        decisions=tuple(writer.decisions()),
        deadline=writer.deadline(now),
        revisions=tuple(writer.revisions()),
    )


def ledger_of(case: Case) -> tuple[LedgerDay, ...]:
    """Return the days of the deadline of a case, the first by the name of its event; none without a deadline."""
    days = () if case.deadline is None else case.deadline.ledger
    named = {LedgerReason.DAY_OF_RECEIPT: _REOPENED} if len(case.answer_cycles) > 1 else {}
    return tuple(attrs.evolve(day, wording=named.get(day.reason, day.wording)) for day in days)


@attrs.frozen
class _Writer(SharedRepr):
    """Writes the parts of the explanation of a case."""

    case: Case
    policy: Policy
    lang: Lang
    audience: Audience
    taxonomy: Taxonomy

    def say(self, fr: str, en: str) -> str:
        return fr if self.lang == "fr" else en

    @property
    def assessment(self) -> Assessment | MalfunctionAssessment:
        facts = self.case.facts
        if isinstance(facts, ComplaintFacts):
            return self.policy.assess(facts, self.case.terms.business_calendar)
        return self.policy.assess_malfunction(facts)

    def decisions(self) -> Iterator[ExplainedDecision]:
        case, assessment = self.case, self.assessment
        complexity = self.policy.complexity_decision(case.facts, case.level_override)
        named: dict[str, Decision[Any]] = {"level": assessment.level, "risk": assessment.risk, "complexity": complexity}
        if isinstance(assessment, Assessment):
            named = {"eligibility": assessment.eligibility, **named}
        named |= assessment.own
        for name in (*self._applicable(assessment), *assessment.own):
            if self.audience is not Audience.COMPLAINANT or named[name].table.plain_statements:
                yield self._level(named[name]) if name == "level" else self._decision(name, named[name])

    def _applicable(self, assessment: Assessment | MalfunctionAssessment) -> tuple[str, ...]:
        """Return the decisions that apply to the case; a level that was imposed always does."""
        imposed = () if self.case.level_override is None else ("level",)
        if isinstance(assessment, MalfunctionAssessment):
            return ("level", "risk", "complexity")
        outcome = assessment.eligibility.outcome
        if outcome is Eligibility.OUT_OF_SCOPE or (self.audience is Audience.COMPLAINANT and outcome is None):
            return ("eligibility", *imposed)
        return ("eligibility", "level", "risk", "complexity")

    def _decision(self, name: str, decision: Decision[Any]) -> ExplainedDecision:
        table, outcome = decision.table, decision.outcome
        encode, is_plain = table.output.encode, self.audience is Audience.COMPLAINANT
        asked = decision.plain_question if is_plain else decision.question
        question = None if asked is None else asked.plain_question if is_plain else asked.question
        rules = () if is_plain else decision.deciding
        return ExplainedDecision(
            name=name,
            title=table.title.in_(self.lang),
            outcome=None if outcome is None else str(encode(outcome)),
            label=None if outcome is None else table.outcome_label(outcome).in_(self.lang),
            is_determined=outcome is not None,
            possible=tuple(str(encode(one)) for one in sorted(decision.possible, key=table.output.rank)),
            reasons=tuple(
                RuleReason(
                    rule=row.id,
                    clause=row.clause,
                    interpretation=row.interpretation,
                    text=row_wording(table, row, self.lang),
                )
                for row in rules
            ),
            question=None if outcome is not None or question is None else question.in_(self.lang),
            text=decision.explain(self.lang, audience=self.audience),
        )

    def _level(self, decision: Decision[Level]) -> ExplainedDecision:
        """Return the level that handles the case: an imposed one never has the reasons of the procedure's."""
        assessed, level = self._decision("level", decision), self.case.routing_level
        handled = attrs.evolve(assessed, outcome=level.value, label=level.label(self.lang))
        if self.case.level_override is not None:
            imposed = self._imposed(level)
            return attrs.evolve(
                handled,
                is_determined=True,
                possible=(level.value,),
                reasons=(),
                question=None,
                imposed=None if self.audience is Audience.COMPLAINANT else imposed,
                text=self._imposed_text(imposed, decision),
            )
        if assessed.is_determined or self.audience is not Audience.AGENT:
            return handled
        waiting = self.say(
            f"En attendant, le dossier est traité au niveau {handled.label}.",
            f"Until then the case is handled at {handled.label} level.",
        )
        return attrs.evolve(handled, text=f"{assessed.text}\n{waiting}")

    def _imposed(self, level: Level) -> ImposedLevel:
        latest_first = reversed(self.case.history)
        event, rerouted = next(
            (one, one.data) for one in latest_first if isinstance(one.data, Rerouted) and one.data.override
        )
        return ImposedLevel(
            level=level,
            by_role=event.role,
            role_label=event.role.label(self.lang),
            reason=self.case.read(rerouted.reason),
            imposed_on=self.case.day_of(event.occurred_at),
            assessed=self.case.verdict.level,
        )

    def _imposed_text(self, imposed: ImposedLevel, decision: Decision[Level]) -> str:
        table = decision.table
        if self.audience is Audience.COMPLAINANT:
            return sentence(dict(table.plain_statements)[imposed.level].in_(self.lang))
        day = day_text(imposed.imposed_on, self.lang)
        if self.audience is Audience.DEVELOPER:
            return (
                f"{table.name}: {imposed.level.value}; imposed: by role {imposed.by_role.value} on {day}; "
                f"assessed: {imposed.assessed.value}"
            )
        reason = ERASED.in_(self.lang) if imposed.reason is None else one_line(imposed.reason)
        by = self.say(
            f"Niveau imposé le {day} par : {imposed.role_label}.", f"Level imposed on {day} by: {imposed.role_label}."
        )
        why = self.say(f"Motif : {reason}", f"Reason: {reason}")
        assessed = imposed.assessed.label(self.lang)
        instead = self.say(f"Niveau selon la procédure : {assessed}.", f"Level by the procedure: {assessed}.")
        stated = sentence(dict(table.statements)[imposed.level].in_(self.lang))
        return "\n".join((stated, by, sentence(why), instead))

    def deadline(self, now: datetime) -> ExplainedDeadline | None:
        case, deadline = self.case, self.case.deadline
        if deadline is None:
            return None
        cycle = case.answer_cycles[-1]
        answered_at = None if cycle.answered_at is None or cycle.answered_at > now else cycle.answered_at
        is_over = case.is_deadline_suspended or (cycle.stopped_at is not None and cycle.answered_at is None)
        status = None if is_over else deadline.status(max(now, deadline.received_at), answered_at)
        label = (_SUSPENDED if case.is_deadline_suspended else _NOT_AWAITED) if status is None else status.wording
        periods = tuple(self._periods(cycle)) if case.rule.suspensions_allowed else ()
        return ExplainedDeadline(
            starts_on=deadline.received_on,
            due=deadline.due,
            is_suspended=case.is_deadline_suspended,
            suspensions=periods,
            answered_on=None if answered_at is None else case.day_of(answered_at),
            status=status,
            status_label=label.in_(self.lang),
            ledger=tuple(
                ExplainedDay(day=day.day, counted=day.counted, reason=day.reason, text=day.wording.in_(self.lang))
                for day in ledger_of(case)
            ),
            text="\n".join(self._deadline_lines(deadline, periods, label, answered_at)),
        )

    def _periods(self, cycle: AnswerCycle) -> Iterator[SuspendedPeriod]:
        for suspension in cycle.suspensions:
            ends = [at for at in (suspension.until, cycle.stopped_at) if at is not None]
            until = self.case.day_of(min(ends)) if ends else None
            yield SuspendedPeriod(since=self.case.day_of(suspension.since), until=until)

    def _deadline_lines(
        self, deadline: Deadline, periods: tuple[SuspendedPeriod, ...], status: Wording, answered_at: datetime | None
    ) -> Iterator[str]:
        yield deadline_sentence(
            deadline,
            self.lang,
            audience=self.audience,
            levels=self.case.answer_cycles[-1].levels,
            is_reopened=len(self.case.answer_cycles) > 1,
            answered_on=None if answered_at is None else self.case.day_of(answered_at),
        )
        for period in periods:
            since = day_text(period.since, self.lang)
            if period.until is None:
                yield self.say(
                    f"Le délai est suspendu depuis le {since} : la date de réponse peut être reportée.",
                    f"The time to answer is suspended from {since}: the date of the answer may be later.",
                )
            else:
                until = day_text(period.until, self.lang)
                yield self.say(
                    f"Le délai a été suspendu du {since} au {until}.",
                    f"The time to answer was suspended from {since} to {until}.",
                )
        if self.audience is not Audience.COMPLAINANT:
            if status == DeadlineStatus.OVERDUE.wording:
                yield self.say("Échéance dépassée : réponse en retard.", "The answer is overdue.")
            else:
                yield sentence(self.say(f"Échéance : {status.fr}", f"Deadline: {status.en}"))

    def revisions(self) -> Iterator[TimelineEntry]:
        """Yield the corrections of facts; a complainant reads none of them, because they have internal reasons."""
        is_corrected = any(isinstance(event.data, FactsCorrected) for event in self.case.events)
        if is_corrected and self.audience is not Audience.COMPLAINANT:
            entries = self.case.timeline(self.lang, own=self.policy.facts_by_name, taxonomy=self.taxonomy)
            yield from (entry for entry in entries if entry.type == FactsCorrected.event_type.name)


def _markdown(text: str) -> str:
    """Return sentences as Markdown: the lines with a dash as a list."""
    lines = (f"- {inline(line[2:])}" if line.startswith("- ") else inline(line) for line in text.split("\n"))
    return "\n".join(_spaced(list(lines)))


def _spaced(lines: list[str]) -> Iterator[str]:
    """Yield lines of Markdown, a blank one where a paragraph or a list ends."""
    for place, line in enumerate(lines):
        if place and not (line.startswith("- ") and lines[place - 1].startswith("- ")):
            yield ""
        yield line
