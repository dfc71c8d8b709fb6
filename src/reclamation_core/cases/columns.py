"""The columns of a case, each declared once: its name, title, type, how it follows from the case, whether it is stored.

A column is a function of a case; its name and its type are those of the function. The table of a database, summaries,
the view of a case, the register, frames and queries take their columns from here, each in an order of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState, ClosingReason
from reclamation_core.cases.documents import facts_document
from reclamation_core.cases.events import InformationRequested, Withdrawn
from reclamation_core.cases.plain import AnalysisView, CaseView, QualificationView
from reclamation_core.documents import canonical_json
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import (
    Band,
    Channel,
    Complainant,
    ComplaintFacts,
    Complexity,
    Eligibility,
    Level,
    Nature,
)
from reclamation_core.wording import Wording

V = TypeVar("V")
_EXCERPT: Final = 80


@attrs.frozen(eq=False, slots=False)  # with cached properties
class CaseColumn(SharedRepr, Generic[V]):
    """A column: call it with a case to get the value.

    Args:
        value: returns the value of a case.
        title: its title for a reader.
        comment: its meaning, as the comment of the column in a database.
        is_stored: True if a database stores it.
        is_text: True if it is a text that may have to be erased: a database stores it with the words of the searches.
        rank_comment: of a stored code, the comment of the column with its rank; None without such a column.
    """

    value: Callable[[Case], V] = attrs.field(repr=False)
    title: Wording
    comment: str
    is_stored: bool = True
    rank_comment: str | None = None
    is_text: bool = False

    def __call__(self, case: Case) -> V:
        return self.value(case)

    @property
    def name(self) -> str:
        """Its name."""
        return self.value.__name__

    @cached_property
    def type(self) -> type[Any]:
        """The class of its values."""
        cls: Any = self._members[0]
        return get_origin(cls) or cls  # type: ignore[no-any-return]

    @property
    def is_optional(self) -> bool:
        """True if a case may have no value."""
        return NoneType in self._members

    @property
    def _members(self) -> tuple[Any, ...]:
        """The annotation of the value; its members, if it is a union."""
        annotation = get_type_hints(self.value)["return"]
        return get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)


def column(
    fr: str, en: str, comment: str, *, is_stored: bool = True, rank_comment: str | None = None, is_text: bool = False
) -> Callable[[Callable[[Case], V]], CaseColumn[V]]:
    """Return the decorator that makes a column of a function, given its title in French and in English."""
    return lambda value: CaseColumn(value, Wording(fr, en), comment, is_stored and not is_text, rank_comment, is_text)


@column("Dossier", "Case", "reference of the case (référence du dossier)")
def reference(case: Case) -> str:
    return case.reference


@column("Type de dossier", "Kind", "complaint or malfunction (nature du dossier)")
def kind(case: Case) -> CaseKind:
    return case.kind


@column("État", "State", "state of the case (état)", rank_comment="rank of the state, from 0")
def state(case: Case) -> CaseState:
    return case.state


@column(
    "Niveau",
    "Level",
    "level that handles the case (niveau); empty for a message out of scope, unless it was imposed",
    rank_comment="rank of the level, from 0, the local one",
)
def level(case: Case) -> Level | None:
    return case.level


@column(
    "Niveau de criticité",
    "Criticality",
    "band of criticality (criticité); empty while undetermined",
    rank_comment="rank of the band, from 0, the low one",
)
def band(case: Case) -> Band | None:
    return case.verdict.band


@column(
    "Complexité",
    "Complexity",
    "simple or complex (complexité); empty while undetermined",
    rank_comment="rank of the complexity, from 0",
)
def complexity(case: Case) -> Complexity | None:
    return case.verdict.complexity


@column("Réclamation", "Complaint", "eligibility as a complaint (recevabilité); empty while undetermined")
def eligibility(case: Case) -> Eligibility | None:
    return case.eligibility


@column(
    "Recevabilité",
    "Admissibility",
    "in the scope of the procedure, out of it, or to be clarified (recevabilité)",
    is_stored=False,
)
def admissibility(case: Case) -> Admissibility:
    return case.admissibility


@column("Canal", "Channel", "channel of receipt (canal); empty while unknown, and for a malfunction")
def channel(case: Case) -> Channel | None:
    return known_fact(case, "channel", Channel)


@column("Qualité de l'auteur", "Kind of complainant", "kind of client that complains (client); likewise")
def complainant(case: Case) -> Complainant | None:
    return known_fact(case, "complainant", Complainant)


@column("Nature", "Nature", "nature of the message (nature); likewise")
def nature(case: Case) -> Nature | None:
    return known_fact(case, "nature", Nature)


@column("Thème", "Theme", "theme of the message (thème); likewise")
def theme(case: Case) -> str | None:
    return known_fact(case, "theme", str)


@column("Centre", "Site", "site that registered the case")
def site(case: Case) -> str:
    return case.site


@column("Traité par", "Handled by", "unit that handles the case (unité de traitement)")
def handling_unit(case: Case) -> str:
    return case.handling_unit


@column(
    "Identifiant du message",
    "Identifier of the message",
    "identifier of the source message, unique for the site that registered the case",
)
def source(case: Case) -> str | None:
    return case.source


@column("Version de la procédure", "Policy version", "edition of the procedure that the case is assessed under")
def edition(case: Case) -> str:
    return case.edition


@column("Reçu à", "Received at", "instant of receipt (réception), UTC")
def received_at(case: Case) -> datetime:
    return case.received_at


@column("Reçu le", "Received on", "day of receipt in the zone of its first handling site")
def received_on(case: Case) -> date:
    return case.received_on


@column(
    "Enregistré le", "Registered on", "instant of the registration, as its date was corrected last", is_stored=False
)
def registered_at(case: Case) -> datetime:
    return case.history[0].occurred_at


@column(
    "À répondre le", "Due on", "last day to answer, of the latest answer cycle (échéance); empty if no answer is due"
)
def due_on(case: Case) -> date | None:
    deadline = case.deadline
    return None if deadline is None else deadline.due


@column("Réponse attendue le", "Answer awaited on", "the same while the answer is awaited, else empty")
def awaited_on(case: Case) -> date | None:
    return case.awaited_on


@column(
    "Répondu le", "Answered on", "day of the answer of the latest answer cycle, in the zone of its first handling site"
)
def answered_on(case: Case) -> date | None:
    instant = answered_at(case)
    return None if instant is None else case.day_of(instant)


@column(
    "Précisions demandées le",
    "Information requested on",
    "day of the latest request for information without an answer (demande de précisions)",
)
def requested_on(case: Case) -> date | None:
    event = case.open_request
    return None if event is None else case.day_of(event.occurred_at)


@column(
    "Précisions demandées", "Information requested", "names of the facts requested and unknown, separated by spaces"
)
def requested_facts(case: Case) -> tuple[str, ...]:
    event = case.open_request
    return event.data.missing(case) if event is not None and isinstance(event.data, InformationRequested) else ()


@column(
    "Informations saisies",
    "Known facts",
    "facts of a complaint to be clarified, as canonical JSON, without its receipt",
)
def unclear_facts(case: Case) -> str | None:
    if case.admissibility is not Admissibility.TO_BE_CLARIFIED or not isinstance(case.facts, ComplaintFacts):
        return None
    document = facts_document(case.facts)
    del document["received_at"]
    return canonical_json({"digest": case.terms.digest, "facts": document})


@column(
    "Prochain contrôle",
    "Next sweep",
    "first day on which a sweep may raise an alert; of a case not swept since its change, that of "
    "its receipt; empty for never",
)
def next_on(case: Case) -> date | None:
    return case.received_on


@column(
    "Prochain effacement",
    "Next erasure",
    "first day on which its texts may have to be erased; of a closed case not examined since "
    "its change, that of its receipt; empty for never",
)
def forget_on(case: Case) -> date | None:
    return case.received_on if case.closed_at is not None and case.anonymised_at is None else None


@column(
    "Sans accusé depuis",
    "Unacknowledged since",
    "day of receipt while the first answer is due to a known sender and its receipt is not acknowledged "
    "(accusé de réception manquant)",
)
def unacknowledged_since(case: Case) -> date | None:
    return case.received_on if case.is_unacknowledged else None


@column("Répondu à", "Answered at", "instant of the answer of the latest answer cycle (réponse), UTC")
def answered_at(case: Case) -> datetime | None:
    return case.answer_cycles[-1].answered_at if case.answer_cycles else None


@column("Médiation le", "Mediation on", "instant of the referral to mediation (médiation)", is_stored=False)
def mediation_at(case: Case) -> datetime | None:
    return case.mediation_at


@column("Clôturé le", "Closed on", "instant of closing (clôture), UTC")
def closed_at(case: Case) -> datetime | None:
    return case.closed_at


@column("Motif de clôture", "Closing reason", "reason for closing (motif de clôture)")
def closing_reason(case: Case) -> ClosingReason | None:
    return None if case.closure is None else case.closure.reason


@column("Anonymisé le", "Anonymised on", "instant at which all its texts were erased (anonymisation), UTC")
def anonymised_at(case: Case) -> datetime | None:
    return case.anonymised_at


@column("Nombre d'événements", "Number of events", "number of its events")
def version(case: Case) -> int:
    return case.version


@column("Première réponse à", "First answered at", "instant of the first answer", is_stored=False)
def first_answered_at(case: Case) -> datetime | None:
    return case.answer_cycles[0].answered_at if case.answer_cycles else None


@column("Première réponse le", "First answered on", "day of the first answer, in the zone of the case", is_stored=False)
def first_answered_on(case: Case) -> date | None:
    instant = first_answered_at(case)
    return None if instant is None else case.day_of(instant)


@column("Retiré le", "Withdrawn on", "day of the first withdrawal, in the zone of the case", is_stored=False)
def withdrawn_on(case: Case) -> date | None:
    days = (case.day_of(event.occurred_at) for event in case.history if isinstance(event.data, Withdrawn))
    return next(days, None)


@column(
    "Suspensions du délai",
    "Suspensions of the deadline",
    "suspensions of the first answer cycle as ISO 8601 intervals of days; the last one is open while it runs",
    is_stored=False,
)
def suspensions(case: Case) -> str | None:
    if not case.answer_cycles or not case.rule.suspensions_allowed:
        return None
    cycle = case.answer_cycles[0]
    periods = [f"{days.first}/{days.last}" for days in case.deadline_of(cycle).suspensions]
    if cycle.stopped_at is None and case.ends_suspended(cycle):
        periods[-1] = f"{case.day_of(cycle.suspensions[-1].since)}/.."
    return " ".join(periods) or None


@column("Objet", "Subject", "first words of the complaint, 80 characters at most (objet)", is_text=True)
def excerpt(case: Case) -> str | None:
    return _shortened(case.read(case.registration.verbatim))


@column("Auteur", "Complainant", "name of the complainant, 80 characters at most (auteur)", is_text=True)
def author(case: Case) -> str | None:
    return _shortened(case.read(case.complainant))


@column("Suivi par", "Assigned to", "identifier of the person who follows the case (affectation)", is_text=True)
def assigned_to(case: Case) -> str | None:
    return None if case.assigned_to is None else case.read(case.assigned_to)


def _shortened(text: str | None) -> str | None:
    """Return a text on one line with 80 characters at most, cut at a word, or within one that fills half of it."""
    line = " ".join((text or "").split())
    if len(line) <= _EXCERPT:
        return line or None
    whole, _, _ = line[:_EXCERPT].rpartition(" ")
    return f"{whole if len(whole) >= _EXCERPT // 2 else line[: _EXCERPT - 1]}…"


@column(
    "Niveau changé le",
    "Level changed on",
    "day on which the assessed level changed last while the first answer clock ran, if the edition has a time to "
    "answer by level",
    is_stored=False,
)
def level_changed_on(case: Case) -> date | None:
    at = case.answer_cycles[0].level_changed_at if case.answer_cycles else None
    return None if at is None else case.day_of(at)


@column(
    "Niveaux du délai",
    "Levels of the deadline",
    "codes of the levels whose time to answer the first answer clock counts, if another level is assessed since it "
    "stopped",
    is_stored=False,
)
def deadline_levels(case: Case) -> str | None:
    levels = case.answer_cycles[0].levels if case.answer_cycles else ()
    return None if levels == case.verdict.possible_levels else " ".join(levels)


def known_fact(case: Case, name: str, expected: type[V]) -> V | None:
    """Return the value of a fact; None if it is unknown, absent or not among the facts of the case."""
    value = case.facts.get(name)
    return value if isinstance(value, expected) else None


COLUMNS: Final[Mapping[str, CaseColumn[Any]]] = {
    one.name: one for one in list(globals().values()) if isinstance(one, CaseColumn)
}
"""Every column of this module by its name, in the order of their declarations."""


# The view of a case

_VIEW_NAMES: Final = tuple(field.name for field in attrs.fields(CaseView))


def case_view(case: Case) -> CaseView:
    """Return the view of a case, with its texts sealed."""
    registration = case.registration
    parts: dict[str, Any] = {
        "imposed_level": case.level_override,
        "due": due_on(case),
        "assignee": case.assigned_to,
        "complainant": case.complainant,
        "verbatim": registration.verbatim,
        "remedy_sought": registration.remedy_sought,
        "qualification": _part_of(QualificationView, case.qualification),
        "analysis": _part_of(AnalysisView, case.analysis),
        "answer": case.answer_of(case.answer_cycles[-1]) if case.answer_cycles else None,
    }
    for name in _VIEW_NAMES:
        if name not in parts:
            parts[name] = COLUMNS[name](case) if name in COLUMNS else getattr(case, name)
    return CaseView(**parts)


def _part_of(cls: type[Any], event: object) -> Any:
    """Return the fields of an event that a view has; None without an event."""
    names = (field.name for field in attrs.fields(cls))
    return None if event is None else cls(**{name: getattr(event, name) for name in names})
