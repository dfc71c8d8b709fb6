"""The file of one case (fiche): what it is, why it was decided so, its events, texts and actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases import Case, RecordedEvent
from reclamation_core.cases.narration import own_text, own_value
from reclamation_core.cases.rendering import describe
from reclamation_core.cases.texts import ERASED, Commitment, TextKind, commitments_by_field
from reclamation_core.plans.published import PlanLine
from reclamation_core.reporting.plan import PLAN_COLUMNS, PlanView
from reclamation_core.reporting.register import REGISTER_COLUMNS, RegisterEntry, own_columns
from reclamation_core.reporting.report import LANGUAGES, Report, ReportTable, Value, ValueKind, display, report_column
from reclamation_core.vocabulary import Fact, Role, Sites
from reclamation_core.vocabulary.facts import label_of
from reclamation_core.vocabulary.own_facts import OWN, OwnText
from reclamation_core.wording import Wording, field_labels, verbatim

_ACTION_COLUMNS: Final = frozenset(
    (
        "ligne",
        "action",
        "etat",
        "echeance",
        "type",
        "efficacite",
        "cause",
        "realisee_le",
        "evaluee_le",
        "generalisee_a",
        "suite",
    )
)
_RECORD: Final = Wording("événements du dossier", "events of the case")
_UNUSED: Final = Wording(
    "version antérieure de la procédure : celle du dossier ne la déclare pas",
    "an earlier version of the procedure: that of the case does not declare it",
)
_RULES: Final = Wording("règles de la version de la procédure", "rules of the version of the procedure")


@attrs.frozen
class _Fact:
    """One line of what is known of a case."""

    title: Wording
    value: Wording
    source: Wording


@attrs.frozen
class _Text:
    """One text that people wrote."""

    event: RecordedEvent
    field: Wording
    text: Value


@attrs.frozen(kw_only=True)
class CaseFile:
    """A case to report on.

    Args:
        case: the case, with the texts to show.
        decisions: the decisions about it and their explanations, each a title and a text; empty if no version of the
            procedure explains them.
        links: the link of each event in the chain of the case, by its number; empty where they are not known.
        lines: the lines of plans that serve the case.
        plans: the plans of these lines, by their keys.
        sites: the sites, for their names.
        own: the facts that the editions declare themselves, by name, for their labels.
    """

    case: Case
    decisions: tuple[tuple[Wording, Wording], ...] = ()
    links: Mapping[int, str] = attrs.field(factory=dict)
    lines: tuple[PlanLine, ...] = ()
    plans: Mapping[str, PlanView] = attrs.field(factory=dict)
    sites: Sites = attrs.field(factory=Sites)
    own: Mapping[str, Fact] = attrs.field(factory=dict)


_column = partial(report_column, source=_RECORD)
_FACT_COLUMNS: Final = (
    _column(
        "rubrique", ("Rubrique", "Field"), ("Le nom de l'information.", "The name."), lambda one: one.title, width=24
    ),
    _column("valeur", ("Valeur", "Value"), ("Sa valeur.", "Its value."), lambda one: one.value, width=50),
    _column(
        "source", ("Source", "Source"), ("D'où elle vient.", "Where it is from."), lambda one: one.source, width=30
    ),
)
_DECISION_COLUMNS: Final = (
    _column(
        "decision",
        ("Décision", "Decision"),
        ("Ce qui est décidé.", "What is decided."),
        lambda one: one[0],
        source=_RULES,
        width=20,
    ),
    _column(
        "explication",
        ("Explication", "Explanation"),
        (
            "La décision, ses motifs et les éléments pris en compte, d'après les informations saisies à ce jour.",
            "The decision, its reasons and the facts that count, from what is known now.",
        ),
        lambda one: one[1],
        source=_RULES,
        width=90,
    ),
)
_EVENT_COLUMNS: Final = (
    _column(
        "evenement",
        ("N°", "No."),
        ("Le numéro de l'événement.", "The number of the event."),
        lambda one: one[0].number,
        ValueKind.INTEGER,
        width=4,
    ),
    _column(
        "survenu_le",
        ("Survenu le", "Happened on"),
        ("Quand l'événement a eu lieu, d'après sa dernière rectification.", "When it happened, as corrected last."),
        lambda one: one[0].occurred_at,
        ValueKind.INSTANT,
        width=15,
    ),
    _column(
        "enregistre_le",
        ("Enregistré le", "Recorded on"),
        ("Quand l'événement a été enregistré.", "When it was recorded."),
        lambda one: one[0].recorded_at,
        ValueKind.INSTANT,
        width=15,
    ),
    _column(
        "role",
        ("Rôle", "Role"),
        ("Le rôle de la personne qui a agi.", "The role of the person who acted."),
        lambda one: one[0].role,
        ValueKind.CODE,
        codes=Role,
        width=16,
    ),
    _column(
        "operation",
        ("Opération", "Operation"),
        ("Ce qui s'est passé.", "What happened."),
        lambda one: one[1],
        width=60,
    ),
    _column(
        "empreinte",
        ("Empreinte", "Hash"),
        (
            "L'empreinte de l'événement dans la chaîne du dossier, qui couvre tous ceux d'avant.",
            "The hash of the event in the chain of the case, which covers all those before.",
        ),
        lambda one: one[2],
        width=66,
    ),
)
_TEXT_COLUMNS: Final = (
    _column(
        "evenement",
        ("N°", "No."),
        ("Le numéro de l'événement.", "The number of the event."),
        lambda one: one.event.number,
        ValueKind.INTEGER,
        width=4,
    ),
    _column(
        "rubrique",
        ("Texte", "Text"),
        ("Ce que le texte est.", "What the text is."),
        lambda one: one.field,
        width=24,
    ),
    _column(
        "texte",
        ("Contenu", "Content"),
        ("Le texte ; « (effacé) » s'il a été effacé.", "The text; “(erased)” if it was erased."),
        lambda one: one.text,
        width=90,
    ),
)


def case_report(file: CaseFile, *, at: datetime, zone: ZoneInfo | None = None) -> Report:
    """Return the file of a case (fiche) as a report.

    Texts that were erased are shown as erased.

    Args:
        file: the case.
        at: the instant of which the report describes the state; aware.
        zone: the time zone of its instants; that of the case by default.
    """
    case, place = file.case, zone or file.case.zone
    chosen = [column for column in PLAN_COLUMNS if column.name in _ACTION_COLUMNS]
    events = [
        (event, event_sentence(case, event, file.sites, file.own), file.links.get(event.number))
        for event in case.history
    ]
    entries = [entry for line in file.lines for entry in file.plans[line.scope.key].entries([line])]
    tables: tuple[ReportTable[Any], ...] = (
        ReportTable(title=Wording("Le dossier", "The case"), columns=_FACT_COLUMNS, records=tuple(_facts(file, at))),
        ReportTable(title=Wording("Explication", "Explanation"), columns=_DECISION_COLUMNS, records=file.decisions),
        ReportTable(title=Wording("Historique", "History"), columns=_EVENT_COLUMNS, records=tuple(events)),
        ReportTable(title=Wording("Textes", "Texts"), columns=_TEXT_COLUMNS, records=tuple(_texts(case, file.own))),
        ReportTable(title=Wording("Actions", "Actions"), columns=tuple(chosen), records=tuple(entries)),
    )
    return Report(
        name="fiche",
        title=Wording(f"Dossier {case.reference}", f"Case {case.reference}"),
        tables=tables,
        as_of=at.astimezone(place).date(),
        exported_at=at,
        zone=place,
        filters=((Wording("Dossier", "Case"), case.reference),),
    )


def _facts(file: CaseFile, at: datetime) -> Iterator[_Fact]:
    """Yield what the register has of the case, where it is not empty."""
    entry = RegisterEntry(file.case, at, file.sites)
    for column in (*REGISTER_COLUMNS, *own_columns(file.own.values())):
        value = column.value(entry)
        if value is not None:
            shown = [verbatim(display(value, lang, file.case.zone)) for lang in LANGUAGES]
            if display(value, "fr", file.case.zone).strip():
                yield _Fact(column.title, Wording(*shown), column.source)
    for name, unused in file.case.facts.own.unused.items():
        label, fact = label_of(f"{OWN}.{name}", file.own), file.own.get(name)
        words = file.case.read(unused) if isinstance(unused, OwnText) else None
        of_lang = (
            (own_text(fact, words, lang) if isinstance(unused, OwnText) else own_value(fact, unused, lang))
            for lang in LANGUAGES
        )
        title = Wording(f"{label.fr} (inutilisée)", f"{label.en} (unused)")
        yield _Fact(title, Wording(*map(verbatim, of_lang)), _UNUSED)


def event_sentence(case: Case, event: RecordedEvent, sites: Sites, own: Mapping[str, Fact]) -> Wording:
    """Return a sentence about an event of a case, in both languages."""
    return Wording(*(verbatim(describe(case, event, lang, sites, own)) for lang in LANGUAGES))


def _texts(case: Case, own: Mapping[str, Fact]) -> Iterator[_Text]:
    for event in case.events:
        labels = field_labels(type(event.data))
        for name, _, commitment in commitments_by_field(event.data):
            words = case.vault.read(commitment)
            label = labels[name].label if name in labels else label_of(name, own)
            yield _Text(event, label, ERASED if words is None else words)


def kinds_of_texts(events: Iterable[Any]) -> dict[Commitment, TextKind]:
    """Return the commitments of the events of a case or a plan, each with the reason to forget it."""
    return {commitment: kind for event in events for commitment, kind in event.texts().items()}
