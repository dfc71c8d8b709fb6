"""The file of one case (fiche): what it is, why it was decided so, its events, texts and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial
from itertools import takewhile
from operator import methodcaller
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases import Case, RecordedEvent, Vault
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.events import Analysed, Answered, Qualified, Registered, SupportAdded
from reclamation_core.cases.narration import own_text, own_value
from reclamation_core.cases.rendering import describe
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cases.texts import (
    ERASED,
    REDACTED,
    Commitment,
    Secret,
    Text,
    TextKind,
    commitments,
    commitments_by_field,
)
from reclamation_core.plans.published import PlanLine
from reclamation_core.reporting.plan import PLAN_COLUMNS, PlanView
from reclamation_core.reporting.register import EVENTS, OWN_SOURCE, REGISTER_COLUMNS
from reclamation_core.reporting.register_lines import RegisterEntry, latest_answer
from reclamation_core.reporting.report import (
    Report,
    ReportColumn,
    ReportTable,
    TableLayout,
    Value,
    ValueKind,
    display,
    report_column,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import FACTS, SEVERITIES, Fact, Role, Sites
from reclamation_core.vocabulary.facts import label_of, undeclared_fact
from reclamation_core.vocabulary.own_facts import OwnText
from reclamation_core.wording import LANGUAGES, Wording, capitalized, field_labels, verbatim

_ACTION_COLUMNS: Final = frozenset((
    "ligne", "action", "etat", "echeance", "situation", "type", "efficacite", "cause", "realisee_le", "evaluee_le",
    "generalisee_a", "suite",
))  # fmt: skip
_FEWEST_EVENTS: Final = 2
_MOST_LISTED: Final = 8
"""The latest events, and the actions, that the two pages of a file list; data formats have all."""
_PAGE_LINES: Final = 108
"""The lines of two pages for texts and lists; a line of a list has two."""
_LONG: Final = 40
_LINE: Final = 90
"""The characters of a text that has lines of its own, and those of such a line."""
_CELL_LINES: Final = 2
_TEXT_LINES: Final = 12
_FEW_LINES: Final = 6
_MANY_CHARACTERS: Final = 3_000
"""The lines of a text on these pages: few of them where the texts have many characters together."""

_UNUSED_MARK: Final = Wording(" (inutilisée)", " (unused)")
_UNUSED: Final = Wording(
    "version antérieure de la procédure : celle du dossier ne la déclare pas",
    "an earlier version of the procedure: that of the case does not declare it",
)
_RULES: Final = Wording("règles de la version de la procédure", "rules of the version of the procedure")


@attrs.frozen
class _Fact(SharedRepr):
    """One line of what is known of a case."""

    title: Wording
    value: Wording
    source: Wording


@attrs.frozen
class _Text(SharedRepr):
    """One text that people wrote."""

    event: RecordedEvent
    field: Wording
    text: Value


@attrs.frozen(kw_only=True)
class CaseFile(SharedRepr):
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
        taxonomy: the themes and the families of causes of the organisation, likewise.
    """

    case: Case
    decisions: tuple[tuple[Wording, Wording], ...] = ()
    links: Mapping[int, str] = attrs.field(factory=dict)
    lines: tuple[PlanLine, ...] = ()
    plans: Mapping[str, PlanView] = attrs.field(factory=dict)
    sites: Sites = attrs.field(factory=Sites)
    own: Mapping[str, Fact] = attrs.field(factory=dict)
    taxonomy: Taxonomy = TRAINING_BODY


_column = partial(report_column, source=EVENTS)
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
        "operation", ("Opération", "Operation"), ("Ce qui s'est passé.", "What happened."), lambda one: one[1], width=60
    ),
    _column(
        "par",
        ("Par", "By"),
        ("La personne qui a agi ; vide si son nom est masqué ou effacé.", "The person; empty if hidden or erased."),
        lambda one: one[3],
        width=16,
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
_DOCUMENT_COLUMNS: Final = (
    _column(
        "evenement",
        ("N°", "No."),
        ("Le numéro de l'événement.", "The number of the event."),
        lambda one: one[0],
        ValueKind.INTEGER,
        width=4,
    ),
    _column(
        "nom",
        ("Nom du fichier", "File name"),
        ("Le nom du fichier ; masqué ou effacé avec les noms.", "The file name; hidden or erased with the names."),
        lambda one: one[2].read(one[1].name) or ERASED,
        width=40,
    ),
    _column(
        "type_media",
        ("Type", "Type"),
        ("Le type du document, d'après son contenu.", "The type of the document, by its content."),
        lambda one: one[1].media_type,
        width=24,
    ),
    _column(
        "octets",
        ("Octets", "Bytes"),
        ("La taille du document.", "The size of the document."),
        lambda one: one[1].size,
        ValueKind.INTEGER,
    ),
    _column(
        "sha256",
        ("SHA-256", "SHA-256"),
        ("L'empreinte du document ; effacée avec lui.", "The hash of the document; erased with it."),
        lambda one: one[2].read(one[1].sha256) or ERASED,
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
        "rubrique", ("Texte", "Text"), ("Ce que le texte est.", "What the text is."), lambda one: one.field, width=24
    ),
    _column(
        "texte",
        ("Contenu", "Content"),
        ("Le texte ; « (effacé) » s'il a été effacé.", "The text; “(erased)” if it was erased."),
        lambda one: one.text,
        width=90,
    ),
)


@attrs.frozen
class _Sheet(SharedRepr):
    """The case as the pages of its file show it."""

    entry: RegisterEntry

    def text(self, commitment: Text | None) -> Value:
        """Return a text that people wrote; None where there is none."""
        return None if commitment is None else self.entry.case.read(commitment) or ERASED

    def fact(self, name: str) -> Value:
        """Return a fact; None where it is unknown."""
        found: Value = self.entry.fact(name)
        return found


def _of_register(*names: str) -> tuple[ReportColumn[_Sheet], ...]:
    """Return columns of the register for the sheet of a case."""
    known: dict[str, ReportColumn[Any]] = {column.name: column for column in REGISTER_COLUMNS}
    return tuple(attrs.evolve(known[name], value=partial(_value_of, known[name])) for name in names)


def _value_of(column: ReportColumn[RegisterEntry], sheet: _Sheet) -> Value:
    return column.value(sheet.entry)


def _of_text(name: str, event: type[Any], field: str, read: Callable[[Case], Text | None]) -> ReportColumn[_Sheet]:
    """Return a column with a text of a case, under the label of the field of the event that has it."""
    label = _capital(field_labels(event)[field].label)
    return _column(name, label, label, lambda sheet: sheet.text(read(sheet.entry.case)), width=60)


def _problem(case: Case) -> Text | None:
    return None if case.qualification is None else case.qualification.problem


def _analysis(case: Case) -> Text | None:
    return None if case.analysis is None else case.analysis.report


def _answer_text(case: Case) -> Text | None:
    answer = latest_answer(case)
    return None if answer is None else answer.text


def _remedies(case: Case) -> Text | None:
    answer = latest_answer(case)
    return None if answer is None else answer.remedies


def _capital(label: Wording) -> tuple[str, str]:
    return capitalized(label.fr), capitalized(label.en)


_SEVERITIES: Final = tuple(
    _column(name, _capital(FACTS[name].label), _capital(FACTS[name].label), methodcaller("fact", name))
    for name in (*SEVERITIES.values(), "likelihood")
)
_SECTIONS: Final[tuple[tuple[str, Wording, tuple[ReportColumn[_Sheet], ...]], ...]] = (
    (
        "arrivee",
        Wording("La demande", "The message"),
        _of_register(
            "type_dossier",
            "centre",
            "region",
            "traite_par",
            "niveau",
            "recu_le",
            "canal",
            "auteur",
            "theme",
            "nature",
            "etat",
        ),
    ),
    (
        "demande",
        Wording("Ce qui est demandé", "What is asked"),
        (
            _of_text("nom", Registered, "complainant", lambda case: case.complainant),
            _of_text("mots", Registered, "verbatim", lambda case: case.registration.verbatim),
            _of_text("souhait", Registered, "remedy_sought", lambda case: case.registration.remedy_sought),
            _of_text("probleme", Qualified, "problem", _problem),
            *_of_register("base_reglementaire"),
        ),
    ),
    (
        "dates",
        Wording("Les dates", "The dates"),
        _of_register(
            "enregistre_le",
            "accuse_le",
            "qualifie_le",
            "a_repondre_le",
            "repondu_le",
            "delai",
            "jours_pour_repondre",
            "jours_ouvres_de_retard",
            "mediation_le",
            "clos_le",
            "clos_pour",
            "reouvertures",
        ),
    ),
    (
        "risques",
        Wording("Les risques", "The risks"),
        (*_of_register("criticite", "complexite"), *_SEVERITIES, *_of_register("mesures_conservatoires")),
    ),
    (
        "causes",
        Wording("Les causes", "The causes"),
        (*_of_register("methode", "causes"), _of_text("analyse", Analysed, "report", _analysis)),
    ),
    (
        "reponse",
        Wording("La réponse", "The answer"),
        (
            *_of_register("reponse"),
            _of_text("texte", Answered, "text", _answer_text),
            _of_text("solution", Answered, "remedies", _remedies),
            *_of_register("retour_du_client"),
        ),
    ),
)
"""The sections of a file that two pages show, each with its fields; a field without a value is not shown."""
_REASON_COLUMNS: Final = (
    _column("objet", ("Objet", "Subject"), ("Ce qui est décidé.", "What is decided."), lambda one: one[0], width=18),
    _column("decision", ("Décision", "Decision"), ("La décision.", "The decision."), lambda one: one[1], width=30),
    _column("motifs", ("Pourquoi", "Why"), ("Ses motifs.", "Its reasons."), lambda one: one[2], width=60),
)
_OWN_TABLE: Final = ReportTable[_Fact](
    name="informations",
    title=Wording("Les informations de la version", "The facts of the edition"),
    columns=_FACT_COLUMNS[:2],
    records=(),
    lines=_CELL_LINES,
)
_SHOWN_DOCUMENTS: Final = ("nom", "octets", "sha256")
_SHOWN_HISTORY: Final = ("survenu_le", "operation", "role", "par")
_SHOWN_ACTIONS: Final = ("ligne", "action", "type", "echeance", "situation", "efficacite")
_CUT: Final = Wording(
    "Un texte trop long pour la page se termine par « … » ; le classeur et les fichiers CSV et JSON l'ont en entier, "
    "avec chaque information, sa source et chaque opération.",
    "A text too long for the page ends with “…”; the workbook and the CSV and JSON files have the whole of it, and "
    "every field with its source and every event.",
)
_DATA: Final = ("dossier", "explication", "historique", "documents", "textes", "actions")


def case_report(file: CaseFile, *, at: datetime, zone: ZoneInfo | None = None) -> Report:
    """Return the file of a case (fiche) as a report: two portrait pages to read, and every field as data.

    Texts that were erased are shown as erased.

    Args:
        file: the case.
        at: the instant of which the report describes the state; aware.
        zone: the time zone of its instants; that of the case by default.
    """
    case, place, day = file.case, zone or file.case.zone, file.case.day_of(at)
    chosen = tuple(column for column in PLAN_COLUMNS if column.name in _ACTION_COLUMNS)
    events = [_line_of(event, file) for event in case.history]
    entries = [entry for line in file.lines for entry in file.plans[line.scope.key].entries([line], day)]
    actions = {line.reference: line.action for line in file.lines}
    entry = RegisterEntry(case, at, file.sites, actions, texts=True, taxonomy=file.taxonomy)
    sheet = _Sheet(entry)
    written = {name: [display(one.value(sheet), "fr", place) for one in columns] for name, _, columns in _SECTIONS}
    texts = [text for several in written.values() for text in several]
    lines = _TEXT_LINES if sum(map(len, texts)) <= _MANY_CHARACTERS else _FEW_LINES
    sections = [
        ReportTable(name=name, title=title, columns=columns, records=(sheet,), layout=TableLayout.FIELDS, lines=lines)
        for name, title, columns in _SECTIONS
        if any(written[name])
    ]
    own = tuple(_own_facts(file))
    documents = _documents(case)
    reasons = tuple(_reasons(file.decisions))
    lists = (documents[:_MOST_LISTED], own, reasons, entries[:_MOST_LISTED])
    taken = sum(2 * len(one) + 2 for one in lists if one)
    long = (text for text in texts if len(text) > _LONG or "\n" in text)
    taken += sum(min(lines, sum(len(one) // _LINE + 1 for one in text.splitlines())) for text in long)
    most_events = max(_FEWEST_EVENTS, (_PAGE_LINES - taken) // 2)
    shown: dict[str, ReportTable[Any]] = {
        **({"pieces": _shown_documents(documents)} if documents else {}),
        **({"informations": attrs.evolve(_OWN_TABLE, records=own)} if own else {}),
        "motifs": ReportTable(
            name="motifs",
            title=Wording("La décision et pourquoi", "The decisions and why"),
            columns=_REASON_COLUMNS,
            records=reasons,
            lines=2 * _CELL_LINES,
        ),
        "suites": ReportTable(
            name="suites",
            title=_of_all(Wording("Les actions", "The actions"), len(entries), _MOST_LISTED),
            columns=chosen,
            records=tuple(entries[:_MOST_LISTED]),
            shown=_SHOWN_ACTIONS,
            lines=_CELL_LINES,
        ),
        "operations": ReportTable(
            name="operations",
            title=_of_all(Wording("L'historique", "The history"), len(events), most_events),
            columns=_EVENT_COLUMNS,
            records=tuple(events[-most_events:]),
            shown=_SHOWN_HISTORY,
            lines=_CELL_LINES,
        ),
        **{section.name: section for section in sections},
    }
    order = (
        "arrivee",
        "informations",
        "demande",
        "pieces",
        "motifs",
        "dates",
        "risques",
        "causes",
        "suites",
        "reponse",
    )
    tables: tuple[ReportTable[Any], ...] = (
        ReportTable(
            name="dossier",
            title=Wording("Le dossier", "The case"),
            columns=_FACT_COLUMNS,
            records=(*_facts(file, entry), *own),
        ),
        ReportTable(
            title=Wording("Explication", "Explanation"),
            columns=_DECISION_COLUMNS,
            records=file.decisions,
            name="explication",
        ),
        ReportTable(title=Wording("Historique", "History"), columns=_EVENT_COLUMNS, records=tuple(events)),
        ReportTable(title=Wording("Documents", "Documents"), columns=_DOCUMENT_COLUMNS, records=documents),
        ReportTable(title=Wording("Textes", "Texts"), columns=_TEXT_COLUMNS, records=tuple(_texts(case, file.own))),
        ReportTable(title=Wording("Actions", "Actions"), columns=chosen, records=tuple(entries)),
        *shown.values(),
    )
    return Report(
        name="fiche",
        title=Wording(f"Dossier {case.reference}", f"Case {case.reference}"),
        tables=tables,
        as_of=at.astimezone(place).date(),
        exported_at=at,
        zone=place,
        filters=((Wording("Dossier", "Case"), case.reference),),
        notes=(_CUT,),
        data=_DATA,
        pages=tuple(name for name in (*order, "operations") if name in shown),
        is_portrait=True,
    )


def _shown_documents(documents: tuple[tuple[int, SupportDocument, Case], ...]) -> ReportTable[Any]:
    """Return the documents of a case as a section of the pages: each with its hash, by which it is recognised."""
    return ReportTable(
        name="pieces",
        title=_of_all(Wording("Les pièces", "The documents"), len(documents), _MOST_LISTED),
        columns=_DOCUMENT_COLUMNS,
        records=documents[:_MOST_LISTED],
        shown=_SHOWN_DOCUMENTS,
        lines=_CELL_LINES,
    )


def _of_all(title: Wording, count: int, most: int) -> Wording:
    """Return the title of a list that has the most of its lines, with how many there are."""
    if count <= most:
        return title
    return Wording(f"{title.fr} ({most} sur {count})", f"{title.en} ({most} of {count})")


def _line_of(event: RecordedEvent, file: CaseFile) -> tuple[RecordedEvent, Wording, str | None, str | None]:
    """Return an event with its sentence, its link, and the name of the person who acted, unless a mark replaces it."""
    name = file.case.read(event.by)
    sentence = event_sentence(file.case, event, file)
    return (
        event,
        sentence,
        file.links.get(event.number),
        None if name == REDACTED or event.role is Role.SYSTEM else name,
    )


def _reasons(decisions: Iterable[tuple[Wording, Wording]]) -> Iterator[tuple[Wording, Wording, Wording]]:
    """Yield each decision with its outcome and the reasons of its explanation."""
    for title, explanation in decisions:
        parts = [_outcome_and_reasons(explanation.in_(lang)) for lang in LANGUAGES]
        (outcome, reasons), (english, english_reasons) = parts
        yield title, Wording(outcome, english), Wording(reasons, english_reasons)


def _outcome_and_reasons(explanation: str) -> tuple[str, str]:
    """Return the first sentence of an explanation and the reasons after it, without the rules that decided nothing."""
    outcome, *rest = explanation.splitlines()
    reasons = takewhile(lambda line: line.startswith(_BULLET), rest[1:])
    return outcome, " ".join(line.removeprefix(_BULLET) for line in reasons) or " ".join(rest) or "–"


_BULLET: Final = "- "


def _facts(file: CaseFile, entry: RegisterEntry) -> Iterator[_Fact]:
    """Yield what the register has of the case, where it is not empty."""
    zone = file.case.zone
    for column in REGISTER_COLUMNS:
        value = column.value(entry)
        if value is not None and display(value, "fr", zone).strip():
            shown = [verbatim(display(value, lang, zone)) for lang in LANGUAGES]
            yield _Fact(column.title, Wording(*shown), column.source)


def _own_facts(file: CaseFile) -> Iterator[_Fact]:
    """Yield the facts of an edition that the case has, then those that its edition does not declare."""
    own = file.case.facts.own
    for values, mark, source in ((own, None, OWN_SOURCE), (own.unused, _UNUSED_MARK, _UNUSED)):
        for name, value in values.items():
            fact = file.own.get(name) or undeclared_fact(name)
            label = _capital(fact.label)
            words = file.case.read(value) if isinstance(value, OwnText) else None
            shown = (
                own_text(fact, words, lang) if isinstance(value, OwnText) else own_value(fact, value, lang)
                for lang in LANGUAGES
            )
            title = Wording(*label) if mark is None else Wording(label[0] + mark.fr, label[1] + mark.en)
            yield _Fact(title, Wording(*map(verbatim, shown)), source)


def event_sentence(case: Case, event: RecordedEvent, file: CaseFile) -> Wording:
    """Return a sentence about an event of a case with the texts to show, in both languages."""
    shown = (describe(case, event, lang, file.sites, file.own, taxonomy=file.taxonomy) for lang in LANGUAGES)
    return Wording(*map(verbatim, shown))


def _documents(case: Case) -> tuple[tuple[int, SupportDocument, Case], ...]:
    """Return the documents of a case, each with the number of its event and the case that has its texts."""
    return tuple(
        (event.number, document, case)
        for event in case.events
        if isinstance(event.data, SupportAdded)
        for document in event.data.documents
    )


def _texts(case: Case, own: Mapping[str, Fact]) -> Iterator[_Text]:
    """Yield the texts of a case, without the names and hashes of documents, which have a table of their own."""
    apart = frozenset[Commitment]().union(*(commitments(document) for document in case.documents))
    for event in case.events:
        labels = field_labels(type(event.data))
        for name, _, commitment in commitments_by_field(event.data):
            if commitment in apart:
                continue
            words = case.vault.read(commitment)
            label = labels[name].label if name in labels else label_of(name, own)
            yield _Text(event, label, ERASED if words is None else words)


def kinds_of_texts(events: Iterable[Any]) -> dict[Commitment, TextKind]:
    """Return the commitments of the events of a case or a plan, each with the reason to forget it."""
    return {commitment: kind for event in events for commitment, kind in event.texts().items()}


def masked_vault(vault: Vault, shown: AbstractSet[str]) -> Vault:
    """Return a vault with a mark in place of each text that is not shown."""

    def masked(digest: str, secret: Secret) -> Secret:
        return secret if digest in shown else Secret(REDACTED, secret.salt)

    return Vault({digest: masked(digest, secret) for digest, secret in vault.by_digest().items()})
