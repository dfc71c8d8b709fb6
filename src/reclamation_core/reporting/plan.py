"""The PGAAC as a report: the living plan or a published one, what changed since the one before, and its diffusion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Vault
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.texts import ERASED, Commitment
from reclamation_core.plans import (
    Action,
    ActionOrigin,
    ActionStatus,
    ActionType,
    Effectiveness,
    LineReference,
    PlanScope,
    Priority,
    PublishedPlan,
)
from reclamation_core.plans.action import OPEN_STATUSES
from reclamation_core.plans.codes import LineChangeKind, SignalState
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.published import PlanLine, published_plan_difference
from reclamation_core.plans.signals import PlanSignal, week_in_words
from reclamation_core.ports import ExportRecord
from reclamation_core.reporting.report import (
    Emphasis,
    Report,
    ReportColumn,
    ReportTable,
    TableLayout,
    TextLink,
    Value,
    ValueKind,
    clause_source,
    display,
    report_column,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording, colon, day_text, verbatim

MOST_DIFFUSIONS: Final = 500
"""The most files sent that a report lists: the latest. A plan may have tens of thousands."""
_TEXT, _DATE, _CODE, _COUNT = ValueKind.TEXT, ValueKind.DATE, ValueKind.CODE, ValueKind.INTEGER


@attrs.frozen
class PlanEntry(SharedRepr):
    """A line of a plan with what it takes to show it.

    Args:
        line: the line.
        texts_of: returns the texts of a plan.
        zone: the time zone in which an instant is a day.
        day: the day on which an action is late.
        families: the names of the families of causes.
        sites: the sites, for their names.
    """

    line: PlanLine
    texts_of: Callable[[PlanScope], Vault]
    zone: ZoneInfo
    day: date
    families: Taxonomy
    sites: Sites

    def show(self, value: Any) -> Value:
        """Return the value of a cell: the day of an instant, the words of a commitment, several values as one text."""
        if isinstance(value, Commitment):
            words = self.texts_of(self.line.scope).read(value)
            return ERASED if words is None else words
        if isinstance(value, tuple):
            return ", ".join(map(str, value)) or None
        if isinstance(value, datetime):
            return value.astimezone(self.zone).date()
        return value  # type: ignore[no-any-return]

    def field(self, path: str) -> Value:
        """Return a field of the action, by its path; None where a part of the path is missing."""
        value: Any = self.line.action
        for name in path.split("."):
            value = None if value is None else getattr(value, name)
        return self.show(value)

    def both(self, text: Callable[[Lang], str]) -> Wording | None:
        """Return a text in both languages; None where it is empty."""
        return Wording(verbatim(text("fr")), verbatim(text("en"))) if text("fr") else None

    @property
    def place(self) -> Value:
        """The site of the action, else its level."""
        action = self.line.action
        if action.site is not None:
            return self.sites.name_of(action.site)
        return None if action.level is None else action.level.wording

    @property
    def follow_ups(self) -> Value:
        """The actions that follow this one up, on another plan with the plan."""
        scope, names = self.line.scope, self.line.action.follow_ups

        def named(lang: Lang) -> str:
            return ", ".join(one.action if one.scope == scope else one.label(lang, self.sites) for one in names)

        return self.both(named)

    @property
    def reopenings(self) -> Value:
        """When and why the action was reopened, each time."""

        def told(lang: Lang) -> str:
            parts = []
            for one in self.line.action.reopenings:
                why = one.recurrence_among(self.families) or self.show(one.reason)
                day = day_text(one.at.astimezone(self.zone), lang)
                parts.append(f"{day} {display(why, lang, self.zone)}".strip())
            return " ; ".join(parts) if lang == "fr" else "; ".join(parts)

        return self.both(told)


def _label(named: PlanScope | LineReference, sites: Sites) -> Wording:
    """Return the label of a plan or of a line, whose names of sites stay as they are."""
    return Wording(*(verbatim(named.label(lang, sites)) for lang in LANGUAGES))


_SHEET: Final = Wording("fiche de l'action", "sheet of the action")
_HISTORY: Final = Wording("événements du plan", "events of the plan")
_SITUATION: Final = "situation"


def _column(  # noqa: PLR0917  (a table of columns reads better)
    name: str,
    title: tuple[str, str],
    meaning: tuple[str, str],
    value: str | Callable[[PlanEntry], Value],
    kind: ValueKind = _TEXT,
    source: Wording = _SHEET,
    **options: object,
) -> ReportColumn[PlanEntry]:
    read = (lambda entry: entry.field(value)) if isinstance(value, str) else value
    return report_column(name, title, meaning, read, kind, source=source, **options)


PLAN_COLUMNS: Final[tuple[ReportColumn[PlanEntry], ...]] = (
    _column(
        "ligne",
        ("Action", "Line"),
        ("L'action et son plan.", "The action and its plan."),
        lambda entry: _label(entry.line.reference, entry.sites),
        source=_HISTORY,
        width=17,
    ),
    _column("action", ("Intitulé", "Action"), ("L'action elle-même.", "The action itself."), "what", width=30),
    _column(
        "etat",
        ("État", "Status"),
        ("L'étape où en est l'action.", "How far the action has come."),
        "status",
        _CODE,
        _HISTORY,
        codes=ActionStatus,
        width=11,
    ),
    _column(
        "echeance",
        ("Échéance", "Due date"),
        ("Le jour prévu pour la réalisation ; vide sans échéance.", "The day by which it is to be done, if any."),
        "planned",
        _DATE,
        width=10,
    ),
    _column(
        _SITUATION,
        ("Situation", "State"),
        ("L'état de l'action et, s'il y a lieu, « en retard ».", "The status of the action and, if it is, “late”."),
        lambda entry: entry.line.action.status_in_words(entry.day),
        source=_HISTORY,
        width=11,
        emphasis={one.in_words(is_late=True): Emphasis.BAD for one in ActionStatus if one in OPEN_STATUSES},
    ),
    _column(
        "pilote",
        ("Pilote", "Owner"),
        ("La personne ou la fonction qui répond de l'action.", "The person or function that answers for the action."),
        "owner",
        width=14,
    ),
    _column(
        "lieu",
        ("Centre ou niveau", "Site or level"),
        ("Le centre où l'action est menée, ou le niveau.", "The site where the action is carried out, or the level."),
        lambda entry: entry.place,
    ),
    _column(
        "dossiers",
        ("Dossiers", "Cases"),
        ("Les dossiers que l'action sert ; vide sans dossier.", "The cases that the action serves; empty without one."),
        "cases",
        width=15,
    ),
    _column(
        "type",
        ("Type", "Type"),
        ("Curative, corrective, préventive, conservatoire ou amélioration.", "What the action is for."),
        "type",
        _CODE,
        clause_source("M2-1 §4.1"),
        codes=ActionType,
    ),
    _column(
        "efficacite",
        ("Efficacité", "Effectiveness"),
        ("Efficace ou non ; vide tant qu'elle n'est pas évaluée.", "Effective or not; empty while it is not judged."),
        "effectiveness",
        _CODE,
        clause_source("M2-1 §4.1"),
        codes=Effectiveness,
        emphasis={Effectiveness.NOT_EFFECTIVE: Emphasis.BAD},
    ),
    _column(
        "plan",
        ("Plan", "Plan"),
        ("Le plan de l'action : centre, région ou national.", "The plan of the action: site, region or nation."),
        lambda entry: _label(entry.line.scope, entry.sites),
        source=clause_source("M2-1 §6.3"),
        width=14,
    ),
    _column(
        "numero",
        ("N°", "No."),
        ("La référence de l'action sur son plan.", "The reference of the action on its plan."),
        "reference",
        width=18,
    ),
    _column(
        "inscrite_le",
        ("Inscrite le", "Added on"),
        ("Le jour d'inscription au plan.", "The day on which it was added to the plan."),
        "added",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "origine",
        ("Origine", "Origin"),
        ("D'où vient l'action.", "Where the action comes from."),
        "origin",
        _CODE,
        codes=ActionOrigin,
        width=14,
    ),
    _column(
        "origine_reference",
        ("Référence de l'origine", "Reference of the origin"),
        (
            "Le constat d'audit ou l'enquête d'où elle vient ; vide sans référence.",
            "The finding of an audit or the survey it comes from; empty without one.",
        ),
        "origin_reference",
        width=13,
    ),
    _column(
        "processus",
        ("Processus (PCS)", "Process (PCS)"),
        ("Le processus concerné ; vide s'il n'est pas indiqué.", "The process concerned; empty if it is not named."),
        "process",
        width=14,
    ),
    _column(
        "constat",
        ("Constat", "Finding"),
        ("Ce qui a été constaté ; vide s'il n'est pas écrit.", "What was found; empty if it is not written."),
        "finding",
        width=24,
    ),
    _column(
        "exigence",
        ("Exigence", "Requirement"),
        ("L'exigence concernée ; vide si elle n'est pas écrite.", "The requirement concerned; empty if not written."),
        "requirement",
        width=18,
    ),
    _column(
        "famille_cause",
        ("Famille de cause", "Family of cause"),
        ("La famille de la cause traitée ; vide sans cause.", "The family of the cause; empty without a cause."),
        lambda entry: (
            None if entry.line.action.cause_family is None else entry.families.named(entry.line.action.cause_family)
        ),
        source=clause_source("M2-1 §4.1"),
        width=14,
    ),
    _column(
        "cause",
        ("Cause", "Cause"),
        ("La cause en clair ; vide sans cause.", "The cause in words; empty without a cause."),
        "cause",
        source=clause_source("M2-1 §4.1"),
        width=24,
    ),
    _column(
        "priorite",
        ("Priorité", "Priority"),
        ("La priorité de l'action.", "The priority of the action."),
        "priority",
        _CODE,
        codes=Priority,
        width=9,
    ),
    _column(
        "moyens",
        ("Moyens", "Resources"),
        ("Les moyens prévus ; vide s'ils ne sont pas écrits.", "What it takes; empty if it is not written."),
        "resources",
        width=16,
    ),
    _column(
        "debut_le",
        ("Démarrée le", "Started on"),
        ("Le jour du premier avancement ; vide avant.", "The day of the first progress; empty before."),
        "started",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "realisee_le",
        ("Réalisée le", "Done on"),
        ("Le jour de la réalisation ; vide avant.", "The day on which it was done; empty before."),
        "done",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "preuve",
        ("Preuve", "Evidence"),
        ("Ce qui montre la réalisation ; vide avant.", "What shows that it was done; empty before."),
        "evidence",
        source=_HISTORY,
        width=20,
    ),
    _column(
        "critere",
        ("Critère d'efficacité", "Effectiveness criterion"),
        ("À quoi l'efficacité sera évaluée ; vide sans critère.", "How its effectiveness is judged; empty if not set."),
        "criterion",
        source=clause_source("M2-1 §4.1"),
        width=20,
    ),
    _column(
        "a_evaluer_le",
        ("Efficacité à évaluer le", "To be judged on"),
        ("Le jour prévu pour évaluer l'efficacité ; vide sans jour.", "The day on which it is to be judged, if any."),
        "check_on",
        _DATE,
        width=10,
    ),
    _column(
        "evaluee_le",
        ("Évaluée le", "Judged on"),
        ("Le jour où l'efficacité a été évaluée ; vide avant.", "The day of the judgement; empty before."),
        "judgement.at",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "evaluee_par",
        ("Évaluée par", "Judged by"),
        ("La personne qui l'a évaluée ; vide avant.", "The person who judged; empty before."),
        "judgement.by",
        source=_HISTORY,
        width=14,
    ),
    _column(
        "motif_evaluation",
        ("Motif de l'évaluation", "Grounds"),
        ("Sur quoi l'évaluation se fonde ; vide avant.", "The grounds of the judgement; empty before."),
        "judgement.why",
        source=_HISTORY,
        width=20,
    ),
    _column(
        "suite",
        ("Action de suite", "Follow-up"),
        (
            "Les actions qui prennent la suite d'une action non efficace ; vide sans suite.",
            "The actions that follow up an ineffective one; empty without one.",
        ),
        lambda entry: entry.follow_ups,
        source=_HISTORY,
        width=13,
    ),
    _column(
        "generalisee_a",
        ("Généralisée à", "Extended to"),
        ("Les autres centres concernés ; vide s'il n'y en a pas.", "The other sites concerned, if any."),
        lambda entry: entry.show(tuple(map(entry.sites.name_of, entry.line.action.spread))),
        width=14,
    ),
    _column(
        "close_le",
        ("Clôturée le", "Closed on"),
        ("Le jour de la clôture ; vide avant.", "The day of the closing; empty before."),
        "closed",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "abandonnee_le",
        ("Abandonnée le", "Abandoned on"),
        ("Le jour de l'abandon ; vide sans abandon.", "The day on which it was given up; empty if it was not."),
        "abandonment.at",
        _DATE,
        _HISTORY,
        width=10,
    ),
    _column(
        "motif_abandon",
        ("Motif de l'abandon", "Reason of the abandonment"),
        ("Pourquoi l'action est abandonnée ; vide sans abandon.", "Why it was given up; empty if it was not."),
        "abandonment.reason",
        source=_HISTORY,
        width=18,
    ),
    _column(
        "reouvertures",
        ("Réouvertures", "Reopenings"),
        (
            "Quand et pourquoi l'action a été rouverte ; vide sans réouverture.",
            "When and why it was reopened, each time.",
        ),
        lambda entry: entry.reopenings,
        source=_HISTORY,
        width=24,
    ),
)
"""The columns of a plan, in their order."""


_CELL_LINES: Final = 2
SHOWN_PLAN_COLUMNS: Final = ("ligne", "action", "type", "pilote", "echeance", _SITUATION, "efficacite", "dossiers")
"""The columns of the table of actions on a page; a card has the other fields of each."""


def _card_title(entry: PlanEntry) -> Wording:
    """Return the title of the card of an action: its reference, what it is, its state and its effectiveness."""
    action = entry.line.action
    effectiveness = [] if action.effectiveness is None else [action.effectiveness.wording]

    def title(lang: Lang) -> str:
        state = ", ".join(one.in_(lang) for one in (action.status_in_words(entry.day), *effectiveness))
        words = display(entry.field("what"), lang, entry.zone)
        return f"{verbatim(entry.line.reference.label(lang, entry.sites))}{colon(lang)}{verbatim(words)} ({state})"

    return Wording(title("fr"), title("en"))


_CARD_COLUMNS: Final = (
    _column("fiche", ("Fiche", "Sheet"), ("L'action et son état.", "The action and its state."), _card_title),
    *(column for column in PLAN_COLUMNS if column.name not in {*SHOWN_PLAN_COLUMNS, "etat", "plan", "numero"}),
)
"""The title of the card of an action, and the fields that the table of a page does not show."""


@attrs.frozen
class _ActionTotals(SharedRepr):
    """The totals of the actions of a type, or of all: how many are in each state, late, and judged."""

    label: Wording
    actions: Sequence[Action]
    day: date

    def count(self, state: ActionStatus | Effectiveness) -> int:
        return sum(state in {one.status, one.effectiveness} for one in self.actions)

    @property
    def late(self) -> int:
        return sum(one.is_late(self.day) for one in self.actions)


def _totals(actions: Sequence[Action], day: date) -> Iterator[_ActionTotals]:
    yield _ActionTotals(Wording("Toutes", "All"), actions, day)
    for kind in ActionType:
        if of_type := [one for one in actions if one.type is kind]:
            yield _ActionTotals(kind.wording, of_type, day)


def _count_column(name: str, title: Wording, count: Callable[[_ActionTotals], int]) -> ReportColumn[_ActionTotals]:
    meaning = ("Le nombre d'actions dans ce cas.", "The number of actions of which it is true.")
    capital = [f"{text[0].upper()}{text[1:]}" for text in (title.fr, title.en)]
    return report_column(name, (capital[0], capital[1]), meaning, count, _COUNT, source=_HISTORY, width=10)


def _state_column(state: ActionStatus | Effectiveness) -> ReportColumn[_ActionTotals]:
    return _count_column(state.name.lower(), state.wording, lambda one: one.count(state))


_TOTALS_COLUMNS: Final = (
    report_column(
        "type",
        ("Type", "Type"),
        ("Le type des actions comptées.", "The type of the actions that are counted."),
        lambda one: one.label,
        source=clause_source("M2-1 §4.1"),
        width=16,
    ),
    _count_column("actions", Wording("actions", "actions"), lambda one: len(one.actions)),
    *map(_state_column, ActionStatus),
    _count_column("en_retard", Wording("en retard", "late"), lambda one: one.late),
    *map(_state_column, Effectiveness),
)


@attrs.frozen
class _Change(SharedRepr):
    """One cell of a line that changed, or a line that is new or gone."""

    line: Wording
    change: LineChangeKind
    field: Wording | None = None
    before: Wording | None = None
    after: Wording | None = None


_of = partial(report_column, source=_HISTORY)
_CHANGE_COLUMNS: Final = (
    _of(
        "ligne",
        ("Action", "Line"),
        ("L'action et son plan.", "The action and its plan."),
        lambda one: one.line,
        width=36,
    ),
    _of(
        "evolution",
        ("Évolution", "Change"),
        ("Ce que la ligne est devenue depuis l'édition précédente.", "What became of the line since the one before."),
        lambda one: one.change,
        kind=_CODE,
        codes=LineChangeKind,
        width=14,
    ),
    _of(
        "champ",
        ("Rubrique", "Field"),
        ("La rubrique qui a changé ; vide pour une ligne nouvelle ou sortie.", "The field; empty for a whole line."),
        lambda one: one.field,
        width=20,
    ),
    _of("avant", ("Avant", "Before"), ("La valeur d'avant.", "The value before."), lambda one: one.before, width=40),
    _of("apres", ("Après", "After"), ("La valeur d'après.", "The value after."), lambda one: one.after, width=40),
)
_PUBLICATION_COLUMNS: Final = (
    _of(
        "edition",
        ("Édition", "Edition"),
        ("Le numéro de l'édition.", "The number of the edition."),
        lambda one: one.number,
        kind=_COUNT,
        width=8,
    ),
    _of(
        "publiee_le",
        ("Publiée le", "Published on"),
        ("Le jour de la publication.", "The day of the publication."),
        lambda one: one.published_at,
        kind=ValueKind.INSTANT,
        width=16,
    ),
    _of(
        "destinataires",
        ("Diffusion", "Recipients"),
        ("Les fonctions à qui l'édition est destinée.", "The functions to which it is addressed."),
        lambda one: ", ".join(one.recipients),
        source=clause_source("M2-1 §6.3"),
        width=30,
    ),
    _of(
        "lignes",
        ("Actions", "Actions"),
        ("Le nombre d'actions de l'édition.", "The number of its actions."),
        lambda one: one.lines,
        kind=_COUNT,
        width=8,
    ),
)
_DIFFUSION_COLUMNS: Final = (
    _of(
        "export",
        ("Envoi", "Export"),
        ("Le numéro de l'envoi au journal des exports.", "The number in the log of exports."),
        lambda one: one.number,
        kind=_COUNT,
        source=Wording("journal des exports", "log of exports"),
        width=8,
    ),
    _of(
        "envoye_le",
        ("Envoyé le", "Sent on"),
        ("Quand le fichier a été envoyé.", "When the file was sent."),
        lambda one: one.exported_at,
        kind=ValueKind.INSTANT,
        width=16,
    ),
    _of(
        "envoye_a",
        ("Envoyé à", "Sent to"),
        ("Les fonctions qui l'ont reçu.", "The functions that received it."),
        lambda one: ", ".join(one.recipients),
        width=30,
    ),
    _of(
        "empreinte",
        ("Empreinte SHA-256 du fichier", "SHA-256 of the file"),
        ("L'empreinte du fichier envoyé.", "The hash of the file that was sent."),
        lambda one: one.sha256,
        width=66,
    ),
)


_SIGNAL_COLUMNS: Final = (
    _of(
        "flux",
        ("Flux", "Stream"),
        ("Ce dont il arrive plus que d'habitude.", "What arrives more often than usual."),
        lambda one: one.stream,
        width=40,
    ),
    _of(
        "semaine",
        ("Semaine", "Week"),
        ("La semaine où la hausse a été vue.", "The week in which it was seen first."),
        lambda one: TextLink(one.week, label=week_in_words(one.week)),
        width=18,
    ),
    _of(
        "vue_jusqu_a",
        ("Vue jusqu'à", "Seen until"),
        ("La dernière semaine où elle a été vue.", "The last week."),
        lambda one: TextLink(one.until, label=week_in_words(one.until)),
        width=18,
    ),
    _of(
        "constat",
        ("Constat", "Seen"),
        (
            "Les réclamations, celles attendues, la rareté par hasard.",
            "The complaints, those expected, and how rare it is by chance.",
        ),
        lambda one: one.sentence,
        width=50,
    ),
    _of(
        "visible_aussi",
        ("Visible aussi dans", "Seen too in"),
        ("Les autres flux, le premier à la montrer en tête.", "The other streams, the first to show it in front."),
        lambda one: (
            Wording(", ".join(each.fr for each in one.pooled), ", ".join(each.en for each in one.pooled))
            if one.pooled
            else None
        ),
        width=40,
    ),
    _of(
        "etat",
        ("État", "State"),
        ("Ce que le signal est devenu.", "What became of the signal."),
        lambda one: one.state,
        kind=_CODE,
        codes=SignalState,
        width=14,
    ),
    _of(
        "actions",
        ("Actions", "Actions"),
        ("Les actions du plan qu'il a amenées.", "The actions that it led to."),
        lambda one: ", ".join(one.actions) or None,
        width=20,
    ),
)


@attrs.frozen(kw_only=True)
class PlanView(SharedRepr):
    """A plan to report on.

    Args:
        plan: the plan, or its outline with the publications that the report compares.
        gathered: the lines of the plans below, as they stand, for the living plan.
        texts_of: returns the texts of the plan, or of one that it gathers.
        zone: the time zone in which an instant is a day.
        families: the names of the families of causes.
        sites: the sites, for their names.
        diffusions: the records of the latest files of this plan that were sent; see `MOST_DIFFUSIONS`.
        signals: the signals of the plan, the latest first.
    """

    plan: BasePlan
    gathered: tuple[PlanLine, ...] = ()
    texts_of: Callable[[PlanScope], Vault]
    zone: ZoneInfo = attrs.field(factory=lambda: BusinessCalendar.france().zone)
    families: Taxonomy = TRAINING_BODY
    sites: Sites = attrs.field(factory=Sites)
    diffusions: Iterable[ExportRecord] = ()
    signals: tuple[PlanSignal, ...] = ()

    def entries(self, lines: Iterable[PlanLine], day: date) -> tuple[PlanEntry, ...]:
        """Return the lines with what it takes to show them on a day."""
        return tuple(PlanEntry(line, self.texts_of, self.zone, day, self.families, self.sites) for line in lines)


def plan_report(view: PlanView, number: int | None, *, at: datetime) -> Report:
    """Return the report of a plan: its lines, what changed since the publication before, publications and diffusions.

    That of the living plan has its signals too.

    Args:
        view: the plan.
        number: the number of a published plan; None for the living plan, with what changed since the last publication.
        at: the instant of which the report describes the state; aware.

    Raises:
        UnknownPublishedPlanError: there is no published plan of that number.
    """
    plan, known = view.plan, view.plan.publications or ()
    if number is None:
        lines = (*plan.lines, *view.gathered)
        shown = PublishedPlan(scope=plan.scope, number=len(known) + 1, published_at=at, recipients=(), lines=lines)
    else:
        shown = plan.published_plan(number)
    before = plan.published_plan(shown.number - 1) if shown.number > 1 else None
    publications = known if number is None else known[:number]
    day = (at if number is None else shown.published_at).astimezone(view.zone).date()
    entries = view.entries(shown.lines, day)
    signals = ("signaux",) if number is None else ()
    return Report(
        name="pgaac",
        title=_title(view, number),
        tables=(
            ReportTable(
                title=Wording("Actions", "Actions"),
                columns=PLAN_COLUMNS,
                records=entries,
                shown=SHOWN_PLAN_COLUMNS,
                lines=_CELL_LINES,
            ),
            ReportTable(
                title=Wording("Évolution", "Changes"),
                columns=_CHANGE_COLUMNS,
                records=_Changes(before, shown, view, day),
                lines=_CELL_LINES,
            ),
            ReportTable(title=Wording("Éditions", "Editions"), columns=_PUBLICATION_COLUMNS, records=publications),
            ReportTable(title=Wording("Envois", "Files sent"), columns=_DIFFUSION_COLUMNS, records=view.diffusions),
            ReportTable(
                title=Wording("Totaux", "Totals"),
                columns=_TOTALS_COLUMNS,
                records=tuple(_totals([line.action for line in shown.lines], day)),
            ),
            ReportTable(
                title=Wording("Signaux", "Signals"),
                columns=_SIGNAL_COLUMNS,
                records=view.signals if number is None else (),
            ),
            ReportTable(
                title=Wording("Fiches des actions", "Sheets of the actions"),
                name="fiches",
                columns=_CARD_COLUMNS,
                records=entries,
                layout=TableLayout.CARDS,
            ),
        ),
        data=("actions", "evolution", "editions", "envois", "totaux", *signals),
        pages=("totaux", *signals, "actions", "fiches", "evolution", "editions", "envois"),
        as_of=day,
        exported_at=at,
        zone=view.zone,
        filters=tuple(_heading(shown, before, number, view)),
        notes=(_LATE, _DIFFUSIONS),
    )


def _title(view: PlanView, number: int | None) -> Wording:
    fr, en = (f"PGAAC – {view.plan.scope.label(lang, view.sites)}" for lang in LANGUAGES)
    if number is None:
        return Wording(f"{fr} – plan en cours", f"{en} – living plan")
    return Wording(f"{fr} – édition n° {number}", f"{en} – edition {number}")


_DIFFUSIONS: Final = Wording(
    f"Les derniers envois figurent ici, {MOST_DIFFUSIONS} au plus ; le journal des exports les contient tous.",
    f"The latest files sent are listed, at most {MOST_DIFFUSIONS}; the log of exports has them all.",
)
_LATE: Final = Wording(
    "Une action est en retard si elle est à faire ou en cours et que son échéance précède le jour de la situation.",
    "An action is late if it is to do or in progress and its due date is before the day of the state.",
)


def _heading(
    shown: PublishedPlan, before: PublishedPlan | None, number: int | None, view: PlanView
) -> Iterator[tuple[Wording, Value]]:
    yield Wording("Plan", "Plan"), _label(shown.scope, view.sites)
    if number is not None:
        yield Wording("Édition", "Edition"), str(number)
        yield Wording("Publiée le", "Published on"), shown.published_at
        yield Wording("Diffusion", "Recipients"), ", ".join(shown.recipients)
    if before is not None:
        yield Wording("Édition précédente", "Edition before"), before.published_at
    day = shown.published_at.astimezone(view.zone).date()
    late = sum(line.action.is_late(day) for line in shown.lines)
    yield (
        Wording("Actions", "Actions"),
        Wording(f"{len(shown.lines)}, dont {late} en retard", f"{len(shown.lines)}, of which {late} late"),
    )


@attrs.frozen
class _Changes(SharedRepr):
    """What changed from one published plan to the next, each change read when it is needed."""

    before: PublishedPlan | None
    after: PublishedPlan
    view: PlanView
    day: date

    def __iter__(self) -> Iterator[_Change]:
        found = published_plan_difference(self.before, self.after)
        earlier = {line.reference: line for line in (self.before.lines if self.before and found.changed else ())}
        for line in found.added:
            yield _Change(_label(line.reference, self.view.sites), LineChangeKind.ADDED)
        for change in found.changed:
            named = _label(change.reference, self.view.sites)
            line = earlier[change.reference]
            old, new = self.view.entries((line, change.applied_to(line)), self.day)
            for column in PLAN_COLUMNS:
                values = column.value(old), column.value(new)
                # A text rewritten as it was has not changed for a reader; the situation follows from other columns.
                if values[0] != values[1] and column.name != _SITUATION:
                    shown = (_both(value, self.view.zone) for value in values)
                    yield _Change(named, change.change, column.title, *shown)
        for reference in found.left:
            yield _Change(_label(reference, self.view.sites), LineChangeKind.LEFT)


def _both(value: Value, zone: ZoneInfo) -> Wording | None:
    return None if value is None else Wording(*(verbatim(display(value, lang, zone)) for lang in LANGUAGES))
