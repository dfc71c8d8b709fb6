"""Cases as a notebook shows them: what a case is and its history, and several cases as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import attrs

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.calendars.codes import in_words
from reclamation_core.calendars.local_times import moment_text
from reclamation_core.cases.case import Case
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState
from reclamation_core.cases.events.base import RecordedEvent
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.texts import NOTE, REDACTED, displayed_vault
from reclamation_core.codes import LabelledEnum
from reclamation_core.markup import (
    Html,
    Tone,
    badge,
    card,
    html_writer,
    joined,
    pairs,
    paragraph,
    section,
    table,
    title_element,
)
from reclamation_core.vocabulary import Fact, Sites
from reclamation_core.wording import Lang, verbatim

_TONES: Final[Mapping[LabelledEnum, Tone]] = {
    CaseState.ANSWERED: Tone.GOOD,
    CaseState.CLOSED: Tone.GOOD,
    Admissibility.TO_BE_CLARIFIED: Tone.WARNING,
    Admissibility.OUT_OF_SCOPE: Tone.QUIET,
    DeadlineStatus.MET: Tone.GOOD,
    DeadlineStatus.MET_LATE: Tone.BAD,
}
"""The colours of some members."""
_TO_SPECIFY: Final = "à préciser"
_HEADER: Final = (
    "Dossier", "Type de dossier", "Recevabilité", "Niveau", "État", "Traité par", "Reçu ou constaté le", "Réponse",
)  # fmt: skip
_EVENT_TITLES: Final = ("N°", "Date", "Rôle", "Opération")


def marked(member: LabelledEnum) -> Html:
    """Return the label of a member on its background colour."""
    return badge(member.label(), _TONES.get(member, Tone.NOTE))


def describe(
    case: Case,
    event: RecordedEvent,
    lang: Lang = "fr",
    sites: Sites | None = None,
    own: Mapping[str, Fact] = MappingProxyType({}),
    *,
    taxonomy: Taxonomy = TRAINING_BODY,
) -> str:
    """Return a sentence about an event of a case, without its full stop, in the typography of its language.

    Sites, and the facts that editions declare themselves, are named if they are known.
    """
    return event.describe(lang, case, sites=sites, own=own, taxonomy=taxonomy, is_printed=True)


@html_writer(Case)
def case_card(
    case: Case,
    *,
    texts: bool = False,
    sites: Sites | None = None,
    on: date | None = None,
    headings: bool = False,
    own: Mapping[str, Fact] = MappingProxyType({}),
    taxonomy: Taxonomy = TRAINING_BODY,
) -> Html:
    """Return what a case is on a day, then its events."""
    summary, events = ("En bref", "Historique")
    if headings:
        summary, events = (title_element(title, 2) for title in (summary, events))
    shown = attrs.evolve(case, vault=displayed_vault(case.vault, texts=texts))
    heading = joined([f"Dossier {verbatim(case.reference)} ", marked(case.kind), " ", marked(case.state)])
    history = table(events, _EVENT_TITLES, (_event(shown, event, sites, own, taxonomy) for event in case.history))
    note = [paragraph(NOTE)] if REDACTED in history else []
    state = [] if on is None else [paragraph(f"Situation au {in_words(on)}")]
    identity = pairs(summary, _identity(case, sites, on, own, taxonomy))
    return card(section(heading, *state, identity, history, *note, level=1 if headings else None))


def cases_card(cases: tuple[Case, ...], caption: str, *more: str) -> Html:
    """Return cases as a table, a row each, with paragraphs below."""
    return card(table(caption, _HEADER, map(_case, cases)), *map(paragraph, more))


def _case(case: Case) -> tuple[str, ...]:
    return (
        verbatim(case.reference),
        case.kind.label(),
        marked(case.admissibility),
        "" if case.level is None else case.level.label(),
        marked(case.state),
        verbatim(case.handling_unit),
        _day(case, case.received_at),
        _answer(case),
    )


def _identity(
    case: Case, sites: Sites | None, on: date | None, own: Mapping[str, Fact], taxonomy: Taxonomy
) -> Iterator[tuple[str, str]]:
    say = Narrator("fr", case.vault, case.day_of, sites=sites, own=own, taxonomy=taxonomy)
    named = say.site
    yield "Recevabilité", marked(case.admissibility)
    imposed = "" if case.level_override is None else " (imposé)"
    yield "Niveau de traitement", "sans objet" if case.level is None else f"{case.level.label()}{imposed}"
    yield "Traité par", verbatim(named(case.handling_unit))
    yield "Centres", " ; ".join(verbatim(named(code)) for code in dict.fromkeys((case.site, *case.service_sites)))
    yield "Reçu le" if case.kind is CaseKind.COMPLAINT else "Constaté le", in_words(case.received_on)
    yield "Réponse", _answer(case, on)
    yield "Niveau de criticité", _TO_SPECIFY if case.verdict.band is None else case.verdict.band.label()
    yield "Complexité", _TO_SPECIFY if case.verdict.complexity is None else case.verdict.complexity.label()
    yield "Informations saisies", say.known(case.facts) or "aucune"
    if unused := say.unused(case.facts):
        yield "Informations inutilisées", unused
    if case.analysis is not None:
        yield "Causes", say.families(case.analysis.causes) or "aucune"
    if case.actions:
        yield "Actions", ", ".join(map(say.line, case.actions))
    if case.links:
        yield "Liens", " ; ".join(f"{link.kind.label()} {verbatim(link.to)}" for link in case.links)
    yield "Procédure", verbatim(case.edition)


def _answer(case: Case, on: date | None = None) -> Html:
    """Return when an answer is due, whether it is overdue on a day, or when it was given and whether in time."""
    deadline = case.deadline
    if deadline is None:
        return joined(["aucune réponse n'est attendue"])
    answered_at = case.answer_cycles[-1].answered_at
    if answered_at is not None:
        kept = deadline.status(answered_at, answered_at)
        return joined([f"donnée le {_day(case, answered_at)} ; échéance ", marked(kept)])
    if case.is_deadline_suspended:
        since = _day(case, case.answer_cycles[-1].suspensions[-1].since)
        return joined([f"délai suspendu depuis le {since} ; au plus tôt, attendue le {deadline.due:%d/%m/%Y}"])
    awaited = "attendue au plus tard" if case.awaited_on is not None else "n'est plus attendue ; elle l'était"
    if case.awaited_on is not None and on is not None and on > deadline.due:
        awaited = "en retard : elle était attendue"
    return joined([f"{awaited} le {deadline.due:%d/%m/%Y}"])


def _event(
    case: Case, event: RecordedEvent, sites: Sites | None, own: Mapping[str, Fact], taxonomy: Taxonomy
) -> Iterable[str]:
    moment = event.occurred_at.astimezone(case.zone)
    return (
        str(event.number),
        moment_text(moment, "fr"),
        event.role.label(),
        verbatim(describe(case, event, sites=sites, own=own, taxonomy=taxonomy)),
    )


def _day(case: Case, instant: datetime) -> str:
    return f"{case.day_of(instant):%d/%m/%Y}"
