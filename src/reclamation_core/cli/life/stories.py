"""A case told from beginning to end, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from reclamation_core.calendars import LedgerReason
from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import Case, RecordedEvent, Rerouted
from reclamation_core.cases.causes.markdown import bullets, inline, table
from reclamation_core.cases.narration import families, tell
from reclamation_core.cases.redaction import ERASED
from reclamation_core.plans import Action, Pgaac
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import ComplaintFacts, Sites

_QUIET = frozenset({LedgerReason.COUNTED, LedgerReason.WEEKEND, LedgerReason.DAY_OF_RECEIPT})


def story(case: Case, sites: Sites, policy: Policy, plans: tuple[Pgaac, ...]) -> str:
    """The story of a case: what it is, why it is handled where it is, its deadline, its events, what came of it."""
    blocks = [f"# Dossier {case.reference}", table(("", ""), _identity(case, sites))]
    blocks += ["## Le niveau de traitement", _sentences(level_reasons(case, sites, policy))]
    if case.deadline is not None:
        blocks += ["## L'échéance", inline(deadline_words(case))]
    blocks += ["## L'histoire", bullets(map(_event, [case] * case.version, case.events))]
    if case.analysis is not None:
        report = case.read(case.analysis.report) or ERASED.fr
        is_markdown = case.analysis.method is not None and case.read(case.analysis.report) is not None
        blocks += ["## L'analyse des causes", report.strip() if is_markdown else inline(report)]
    actions = list(_actions(case, plans))
    if actions:
        blocks += ["## Les actions", table(("N°", "Action", "Type", "État", "Efficacité"), actions)]
    answered = [run.answer for run in case.answer_cycles if run.answer is not None]
    if answered:
        blocks += ["## La réponse", *(_quoted(case.read(answer.text) or ERASED.fr) for answer in answered)]
    return "\n\n".join(blocks) + "\n"


def _sentences(lines: Iterable[str]) -> str:
    """Lines of which some are points, as the explanations have them."""
    said = (
        f"- {inline(line.removeprefix('- '))}" if line.startswith("- ") else f"\n{inline(line)}\n" for line in lines
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(said)).strip()


def _identity(case: Case, sites: Sites) -> Iterator[tuple[str, str]]:
    yield "Nature", case.kind.label("fr")
    yield "Message d'origine", case.source or "–"
    yield "Centre", sites[case.site].name
    if case.handling_unit != case.site:
        yield "Traité par", sites[case.handling_unit].name
    yield "Reçu le", moment(case, case.received_at)
    yield "Recevabilité", case.standing.label("fr")
    yield "Niveau", case.level.label("fr")
    yield "Criticité", "à préciser" if case.verdict.band is None else case.verdict.band.label("fr")
    yield "Complexité", "à préciser" if case.verdict.complexity is None else case.verdict.complexity.label("fr")
    if case.deadline is not None:
        suspended = " au plus tôt, le délai est suspendu" if case.is_deadline_suspended else ""
        yield "À répondre au plus tard le", f"{in_words(case.deadline.due)}{suspended}"
    yield "État", case.state.label("fr")


def level_reasons(case: Case, sites: Sites, policy: Policy) -> tuple[str, ...]:
    """Why the case is handled at its level: the rules with their clauses, and the reason of an override."""
    if isinstance(case.facts, ComplaintFacts):
        level = policy.assess(case.facts, sites[case.site].calendar()).level
    else:
        level = policy.assess_malfunction(case.facts).level
    return (*filter(None, level.explain("fr").splitlines()), *_imposed(case))


def _imposed(case: Case) -> Iterator[str]:
    for event in case.events:
        if isinstance(event.data, Rerouted) and event.data.override:
            why = case.read(event.data.reason) or ERASED.fr
            yield f"Niveau {event.data.level.label('fr')} imposé : {why}"


def deadline_words(case: Case) -> str:
    """The last day to answer and how it was counted, in a sentence or two; "" where no answer is due."""
    deadline = case.deadline
    if deadline is None:
        return ""
    counted = f"{in_words(deadline.due)} : {deadline.rule.days} jours, type « {deadline.rule.day_type.label('fr')} »"
    off = [f"{in_words(day.day)} ({day.wording.fr})" for day in deadline.ledger if day.reason not in _QUIET]
    others = f" ; ni les week-ends, ni {', ni '.join(off)} ne comptent" if off else " ; les week-ends ne comptent pas"
    return f"{counted}{others} ({deadline.calendar.definition.territory.label('fr')})."


def moment(case: Case, instant: datetime) -> str:
    """An instant where the case is, as it is said."""
    local = instant.astimezone(case.zone)
    return f"{in_words(local.date())}, {local:%H:%M}"


def actor(case: Case, event: RecordedEvent) -> str:
    """In which role somebody acted, and who it was."""
    who = case.read(event.by)
    return f"{event.role.label('fr')}, {who}" if who and who != "sweep" else event.role.label("fr")


def _event(case: Case, event: RecordedEvent) -> str:
    return f"**{moment(case, event.occurred_at)}** ({inline(actor(case, event))}) : {inline(tell(case, event))}"


def _actions(case: Case, plans: tuple[Pgaac, ...]) -> Iterator[tuple[str, str, str, str, str]]:
    for plan in plans:
        for action in plan.actions:
            if case.reference in action.cases:
                yield (
                    action.reference,
                    plan.read(action.what) or ERASED.fr,
                    action.type.label("fr"),
                    action.status.label("fr"),
                    _effect(action),
                )


def _effect(action: Action) -> str:
    return "à juger" if action.effectiveness is None else action.effectiveness.label("fr")


def _quoted(text: str) -> str:
    return "\n".join(f"> {inline(line)}" if line.strip() else ">" for line in text.splitlines())


def answered_on(case: Case) -> date | None:
    """The day of the latest answer, where the case is; None where there is none."""
    answered = [run.answered_at for run in case.answer_cycles if run.answered_at is not None]
    return case.day_of(answered[-1]) if answered else None


def causes(case: Case) -> str:
    """The families of its causes, by name."""
    return "" if case.analysis is None else families(case.analysis.causes)
