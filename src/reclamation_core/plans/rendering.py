"""Plans and published plans as Markdown, CSV and HTML, in French first: the columns of a plan and their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.causes.rendering import inline, markdown_table
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.texts import ERASED, NOTE, REDACTED, Commitment, Vault, displayed_vault
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.csv_text import csv_text
from reclamation_core.markup import Html, Tone, badge, card, html_writer, joined, pairs, paragraph, section, table
from reclamation_core.plans.action import Action, Reopening
from reclamation_core.plans.codes import ActionStatus, Effectiveness, LineChangeKind
from reclamation_core.plans.plan import Pgaac
from reclamation_core.plans.published import ALL_PCS, PlanLine, PublishedPlan, in_order, published_plan_difference
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Lang, Wording, colon, is_singular, typeset, verbatim


@attrs.frozen
class Reader:
    """How values are shown: language, texts, zone in which an instant is a day, how a day is written, families, sites.

    A family of causes that has no name there is shown by its code.
    """

    lang: Lang
    vault: Vault
    zone: tzinfo
    day: Callable[[date], str] = date.isoformat
    families: Taxonomy = TRAINING_BODY
    sites: Sites | None = None

    def show(self, value: Any) -> str:
        """A value as a cell: nothing for None, a day for an instant, a label for a member of a vocabulary.

        Texts that people typed are marked for `typeset`, which every page and file applies to its cells.
        """
        if isinstance(value, Commitment):
            words = self.vault.read(value)
            return ERASED.in_(self.lang) if words is None else verbatim(words)
        if isinstance(value, tuple):
            return ", ".join(map(self.show, value))
        if isinstance(value, LabelledEnum | Wording):
            return (value.wording if isinstance(value, LabelledEnum) else value).in_(self.lang)
        if isinstance(value, datetime):
            return self.day(value.astimezone(self.zone).date())
        if isinstance(value, date):
            return self.day(value)
        return "" if value is None else str(value)

    @property
    def on_a_page(self) -> Reader:
        """As on a page and in a spreadsheet, which people read: days as French tables have them, where it is French."""
        return attrs.evolve(self, day=in_figures) if self.lang == "fr" else self


def in_figures(day: date) -> str:
    """A day as French tables have it."""
    return f"{day:%d/%m/%Y}"


@attrs.frozen
class Column:
    """A column: its header, what it shows of a line, whether the short table has it, and what it is found by."""

    header: Wording
    value: Callable[[PlanLine, Reader], Any]
    short: bool = False
    name: str = ""

    def cell(self, line: PlanLine, reader: Reader) -> str:
        """What it shows of a line."""
        return reader.show(self.value(line, reader))


def _field(fr: str, en: str, name: str, short: bool = False) -> Column:
    return Column(Wording(fr, en), lambda line, _: _typed(getattr(line.action, name)), short, name)


def _follow_ups(line: PlanLine, reader: Reader) -> tuple[str, ...]:
    """What follows an action up: on its own plan by the reference, on another one with whose that is."""
    return tuple(
        one.action if one.scope == line.scope else one.label(reader.lang, reader.sites)
        for one in line.action.follow_ups
    )


def _of(part: str, name: str, fr: str, en: str) -> Column:
    """A column on a part that an action may not have: its judgement, its abandonment."""
    return Column(
        Wording(fr, en),
        lambda line, _: _typed(getattr(getattr(line.action, part), name, None)),
        name=f"{part}.{name}",
    )


def _typed(value: Any) -> Any:
    return verbatim(value) if isinstance(value, str) and not isinstance(value, LabelledEnum) else value


def _place(line: PlanLine, reader: Reader) -> str:
    code = line.action.site
    if code is None:
        return reader.show(line.action.level)
    return code if reader.sites is None else reader.sites.name_of(code)


def _family(line: PlanLine, reader: Reader) -> Wording | None:
    code = line.action.cause_family
    return None if code is None else reader.families.named(code)


def _plan(line: PlanLine, reader: Reader) -> str:
    return line.scope.label(reader.lang, reader.sites)


def _reopenings(line: PlanLine, reader: Reader) -> str:
    return " ; ".join(_reopening(reopening, reader) for reopening in line.action.reopenings)


def _reopening(reopening: Reopening, reader: Reader) -> str:
    why = reopening.recurrence_among(reader.families) or reopening.reason
    return f"{reader.show(reopening.at)} {reader.show(why)}"


REOPENINGS = Column(Wording("Réouvertures", "Reopenings"), _reopenings)
"""When and why an action was opened again, each time."""

COLUMNS: tuple[Column, ...] = (
    Column(Wording("Plan", "Plan"), _plan, name="plan"),
    _field("N°", "No.", "reference", short=True),
    _field("Date", "Date", "added"),
    _field("Origine", "Origin", "origin"),
    _field("Référence de l'origine", "Reference of the origin", "origin_reference"),
    _field("Dossiers", "Cases", "cases", short=True),
    _field("Processus (PCS)", "Process (PCS)", "process"),
    Column(Wording("Centre ou niveau", "Centre or level"), _place, short=True, name="place"),
    _field("Constat", "Finding", "finding"),
    _field("Exigence", "Requirement", "requirement"),
    Column(Wording("Famille de cause", "Family of cause"), _family, name="cause_family"),
    _field("Cause", "Cause", "cause", short=True),
    _field("Action", "Action", "what", short=True),
    _field("Type", "Type", "type", short=True),
    _field("Priorité", "Priority", "priority"),
    _field("Pilote", "Owner", "owner", short=True),
    _field("Moyens", "Resources", "resources"),
    _field("Échéance", "Planned", "planned", short=True),
    _field("Démarrée le", "Started", "started"),
    _field("Réalisée le", "Done", "done"),
    _field("État", "Status", "status", short=True),
    _field("Preuve", "Evidence", "evidence"),
    _field("Critère d'efficacité", "Effectiveness criterion", "criterion"),
    _field("Efficacité à évaluer le", "Effectiveness to be checked on", "check_on"),
    _field("Efficacité", "Effectiveness", "effectiveness", short=True),
    _of("judgement", "at", "Évaluée le", "Evaluated on"),
    _of("judgement", "by", "Évaluée par", "Evaluated by"),
    _of("judgement", "why", "Motif de l'évaluation", "Grounds of the evaluation"),
    Column(Wording("Action de suite", "Follow-up"), _follow_ups, name="follow_ups"),
    _field("Généralisée à", "Extended to", "spread"),
    _field("Clôturée le", "Closed", "closed"),
    _of("abandonment", "at", "Abandonnée le", "Abandoned"),
    _of("abandonment", "reason", "Motif de l'abandon", "Reason of the abandonment"),
    REOPENINGS,
)
"""Every column, in the order in which a plan is read."""

_SHORT = tuple(column for column in COLUMNS if column.short)
_NO_LINE = Wording("Aucune action.", "No action.")
_NO_CHANGE = Wording("Aucune évolution.", "No change.")


def reader(
    vault: Vault,
    lang: Lang = "fr",
    zone: tzinfo | None = None,
    *,
    families: Taxonomy | None = None,
    sites: Sites | None = None,
) -> Reader:
    """How values are shown.

    Args:
        vault: the texts.
        lang: the language.
        zone: in which time zone an instant is a day; that of Paris by default.
        families: what the families of causes are called; by default as this library proposes (`TRAINING_BODY`). One
            that is none of them is shown by its code.
        sites: the sites, for their names; by default their codes are shown.
    """
    own = TRAINING_BODY if families is None else families
    return Reader(lang, vault, ZoneInfo("Europe/Paris") if zone is None else zone, families=own, sites=sites)


def lines_csv(lines: Iterable[PlanLine], how: Reader, *, delimiter: str = ";") -> str:
    """Lines as CSV with every column, one line each; text that a spreadsheet takes for a formula gets an apostrophe.

    Args:
        lines: the lines, in any order.
        how: how values are shown.
        delimiter: what separates the cells; a semicolon is what French spreadsheets expect.

    In a file for a spreadsheet, write it with `encoding="utf-8-sig"` and `newline=""`.
    """
    how = how.on_a_page
    rows = [[column.header.in_(how.lang) for column in COLUMNS]]
    rows += ([column.cell(line, how) for column in COLUMNS] for line in in_order(lines))
    return csv_text(([typeset(cell, how.lang) for cell in row] for row in rows), delimiter)


def plan_markdown(plan: Pgaac, how: Reader, gathered: Iterable[PlanLine] = ()) -> str:
    """A living plan: a title, a table of its lines and of those it gathers, and why some were opened again."""
    how, lines = how.on_a_page, (*plan.lines, *gathered)
    title = f"# PGAAC – {inline(plan.scope.label(how.lang, how.sites))}"
    return typeset("\n".join([title, "", *_table(lines, how), *_reopening_list(lines, how)]), how.lang)


def published_plan_markdown(edition: PublishedPlan, how: Reader, before: PublishedPlan | None = None) -> str:
    """An edition: title, date, recipients, what changed from the edition before, the lines.

    Raises:
        ValueError: the edition before is another plan's.
    """
    how, fr = how.on_a_page, how.lang == "fr"
    number = f"édition n° {edition.number}" if fr else f"edition no. {edition.number}"
    lines = [
        f"# PGAAC – {inline(edition.scope.label(how.lang, how.sites))} – {number}",
        "",
        inline(_summary(edition, before, how)),
        "",
        "## Évolution" if fr else "## Changes",
        "",
        *_changes(edition, before, how),
        "",
        "## Actions",
        "",
        *_table(edition.lines, how),
    ]
    return typeset("\n".join(lines), how.lang)


def _summary(edition: PublishedPlan, before: PublishedPlan | None, how: Reader) -> str:
    """When it was published and to whom, when the edition before was, how many actions it has and how many are late."""
    day = edition.published_at.astimezone(how.zone).date()
    count, late = len(edition.lines), sum(is_late(line.action, day) for line in edition.lines)
    published, to = how.show(edition.published_at), how.show(edition.recipients)
    if how.lang == "fr" and edition.recipients and edition.recipients[0] == ALL_PCS:
        to = f"{to[0].lower()}{to[1:]}"
    earlier = "" if before is None else how.show(before.published_at)
    if how.lang == "en":
        previous = f" (previous edition: {earlier})" if earlier else ""
        return f"Published on {published}{previous}. Sent to: {to}. Actions: {count}, of which {late} late."
    previous = f" (édition précédente : {earlier})" if earlier else ""
    actions = f"{count} {'action' if count < 2 else 'actions'}, dont {late} en retard"
    return f"Publiée le {published}{previous}. Diffusion : {to}. {actions if count else 'Aucune action'}."


def is_late(action: Action, day: date) -> bool:
    """Return True if an action is to be done or in progress, and its planned day is before a day."""
    is_open = action.status in {ActionStatus.TO_DO, ActionStatus.IN_PROGRESS}
    return is_open and action.planned is not None and action.planned < day


def _changes(edition: PublishedPlan, before: PublishedPlan | None, how: Reader) -> list[str]:
    """The lines that changed, by what they became, each with its action."""
    found = published_plan_difference(before, edition)
    earlier = {} if before is None else {line.reference: line for line in before.lines}
    later = {line.reference: line for line in edition.lines}
    items: dict[LineChangeKind, list[list[str]]] = {kind: [] for kind in LineChangeKind}
    for line in found.added:
        items[LineChangeKind.ADDED].append([_item(line, how)])
    for change in found.changed:
        line = later[change.reference]
        items[change.change].append([_item(line, how), *_cells(earlier[change.reference], line, how)])
    for reference in found.left:
        items[LineChangeKind.LEFT].append([_item(earlier[reference], how)])
    lines: list[str] = []
    for kind, some in items.items():
        if some:
            lines += ["", f"### {_kind_title(kind, len(some), how.lang)}", ""]
            lines += (line for item in some for line in item)
    return lines[1:] or [_NO_CHANGE.in_(how.lang)]


def _kind_title(kind: LineChangeKind, count: int, lang: Lang) -> str:
    first, _, rest = kind.label(lang).partition(" ")
    plural = "s" if lang == "fr" and not is_singular(count, "fr") else ""
    return f"{first.capitalize()}{plural}{f' {rest}' if rest else ''} ({count})"


def _item(line: PlanLine, how: Reader) -> str:
    return f"- {inline(_named(line.reference, how))}{colon(how.lang)}{inline(how.show(line.action.what))}"


_JUDGED: Final = frozenset({"effectiveness", "judgement.at", "judgement.by", "judgement.why"})


def _cells(earlier: PlanLine, later: PlanLine, how: Reader) -> list[str]:
    """The cells that changed, as they read: a text rewritten as it was has not; an evaluation is one sentence."""
    cells = []
    is_judged = later.action.judgement is not None and later.action.judgement != earlier.action.judgement
    for column in COLUMNS:
        if is_judged and column.name in _JUDGED:
            if column.name == "effectiveness":
                cells.append(
                    f"  - {column.header.in_(how.lang)}{colon(how.lang)}{inline(_judgement(later.action, how))}"
                )
            continue
        before, after = column.cell(earlier, how), column.cell(later, how)
        if before != after:
            words = " → ".join(filter(None, [inline(before), inline(after) or _REMOVED.in_(how.lang)]))
            cells.append(f"  - {column.header.in_(how.lang)}{colon(how.lang)}{words}")
    return cells


_REMOVED: Final = Wording("(retiré)", "(removed)")


def _judgement(action: Action, how: Reader) -> str:
    judgement = action.judgement
    assert judgement is not None  # noqa: S101  (the caller has seen it)
    effect, at, by = how.show(action.effectiveness), how.show(judgement.at), how.show(judgement.by)
    why = how.show(judgement.why)
    if how.lang == "en":
        return f"evaluated {effect} on {at} by {by}; {why}"
    return f"évaluée {effect} le {at} par {by} ; {why}"


def _reopening_list(lines: Iterable[PlanLine], how: Reader) -> list[str]:
    """When and why lines were opened again; nothing where none was."""
    items = [
        f"- {inline(_named(line.reference, how))}{colon(how.lang)}{inline(REOPENINGS.cell(line, how))}"
        for line in in_order(lines)
        if line.action.reopenings
    ]
    return [f"## {REOPENINGS.header.in_(how.lang)}", "", *items, ""] if items else []


def _named(reference: LineReference, how: Reader) -> str:
    return f"{reference.action} ({reference.scope.label(how.lang, how.sites)})"


def _table(lines: Iterable[PlanLine], how: Reader) -> list[str]:
    rows = [[_short_cell(column, line, how) for column in _SHORT] for line in in_order(lines)]
    if not rows:
        return [_NO_LINE.in_(how.lang), ""]
    header = [column.header.in_(how.lang) for column in _SHORT]
    return [markdown_table(header, rows), ""]


def _short_cell(column: Column, line: PlanLine, how: Reader) -> str:
    """Return the cell of a short table, where an action that was not effective names what follows it up."""
    text = column.cell(line, how)
    return f"{text}{_followed(line, how)}" if column.name == "effectiveness" else text


def _followed(line: PlanLine, how: Reader) -> str:
    if line.action.effectiveness is not Effectiveness.NOT_EFFECTIVE or not line.action.follow_ups:
        return ""
    references = ", ".join(map(verbatim, _follow_ups(line, how)))
    return f" (suite : {references})" if how.lang == "fr" else f" (follow-up: {references})"


_TONES: Final[Mapping[ActionStatus | Effectiveness, Tone]] = {
    ActionStatus.TO_DO: Tone.WARNING,
    ActionStatus.IN_PROGRESS: Tone.NOTE,
    ActionStatus.DONE: Tone.NOTE,
    ActionStatus.VERIFIED: Tone.GOOD,
    ActionStatus.CLOSED: Tone.GOOD,
    ActionStatus.ABANDONED: Tone.QUIET,
    Effectiveness.EFFECTIVE: Tone.GOOD,
    Effectiveness.NOT_EFFECTIVE: Tone.BAD,
}
_BEFORE_TEXTS: Final = ("place", "cases", "cause_family", "type")
_DATED: Final = ("planned", "status", "check_on", "effectiveness")
_OF_A_PLAN: Final = ("reference", *_BEFORE_TEXTS, "what", "owner", *_DATED)
_OF_SEVERAL: Final = ("reference", "plan", *_BEFORE_TEXTS, *_DATED)
_OF_A_LINE: Final = frozenset({"plan", "reference", "status", "effectiveness", "follow_ups"})
_HIDDEN: Final = f"{REDACTED} : texte masqué (donnée personnelle possible) ; plan.to_html(texts=True) l'affiche."
_EDITIONS: Final = ("N°", "Publiée le", "Diffusion", "Actions", "Évolution")


@html_writer(Pgaac)
def plan_card(
    plan: Pgaac, *, texts: bool = False, zone: tzinfo | None = None, families: Taxonomy | None = None
) -> Html:
    """A living plan: its lines, with or without their texts, and its editions."""
    how = _page_reader(displayed_vault(plan.vault, texts=texts), zone, families)
    lines = _line_table("Actions", plan.lines, _OF_A_PLAN, how)
    editions = [table("Éditions", _EDITIONS, _editions(plan, how), numbers={3})] if plan.published_plans else []
    note = [paragraph(NOTE)] if REDACTED in lines else []
    return card(section(f"PGAAC – {plan.scope.label('fr')}", lines, *editions, *note))


@html_writer(PublishedPlan)
def edition_card(edition: PublishedPlan) -> Html:
    """Return a published plan: its date, its recipients and its lines; its texts are in the vault of the plan."""
    how = _page_reader(Vault())
    title = f"PGAAC – {edition.scope.label('fr')} – édition n° {edition.number}"
    lines = _line_table("Actions", edition.lines, _OF_SEVERAL, how)
    return card(section(title, paragraph(_summary(edition, None, how)), lines))


@html_writer(Action)
def action_card(action: Action) -> Html:
    """An action by itself: what is known of it. Its texts, which are in its plan's vault, are not shown."""
    how = _Veiled("fr", Vault(), ZoneInfo("Europe/Paris"), in_figures)
    marks = [marked_action(mark) for mark in (action.status, action.effectiveness) if mark is not None]
    line = PlanLine(PlanScope.nation(), action)  # a line has a plan; which one does not matter here
    told = {column.header.fr: column.cell(line, how) for column in COLUMNS if column.name not in _OF_A_LINE}
    told["Action de suite"] = ", ".join(reference.label("fr") for reference in action.follow_ups)
    known = pairs("Fiche", ((name, text) for name, text in told.items() if text))
    note = [paragraph(_HIDDEN)] if REDACTED in known else []
    return card(section(joined([f"Action {action.reference} ", *marks]), known, *note))


@attrs.frozen
class _Veiled(Reader):
    """Shows that there is a text, and not the text."""

    def show(self, value: Any) -> str:
        return REDACTED if isinstance(value, Commitment) else super().show(value)


def _page_reader(vault: Vault, zone: tzinfo | None = None, families: Taxonomy | None = None) -> Reader:
    return reader(vault, zone=zone, families=families).on_a_page


def _line_table(caption: str, lines: tuple[PlanLine, ...], names: tuple[str, ...], how: Reader) -> Html:
    if not lines:
        return paragraph("Aucune action.")
    by_name = {column.name: column for column in COLUMNS}
    columns = [by_name[name] for name in names]
    rows = ([_html_cell(column, line, how) for column in columns] for line in in_order(lines))
    return table(caption, (column.header.in_(how.lang) for column in columns), rows)


def marked_action(member: ActionStatus | Effectiveness) -> Html:
    """How far an action has come, or what it did, by its label, on the ground that it has."""
    return badge(member.label(), _TONES[member])


def _html_cell(column: Column, line: PlanLine, how: Reader) -> str:
    value = column.value(line, how)
    if isinstance(value, ActionStatus | Effectiveness):
        follow_up = _followed(line, how) if column.name == "effectiveness" else ""
        return joined([marked_action(value), follow_up]) if follow_up else marked_action(value)
    return how.show(value)


def _editions(plan: Pgaac, how: Reader) -> Iterator[Iterable[str]]:
    before = None
    for edition in plan.published_plans:
        lines, published = str(len(edition.lines)), how.show(edition.published_at)
        yield str(edition.number), published, how.show(edition.recipients), lines, _change_counts(before, edition)
        before = edition


def _change_counts(before: PublishedPlan | None, after: PublishedPlan) -> str:
    """How many lines became what, from one edition to the next."""
    found = published_plan_difference(before, after)
    counted = Counter(change.change for change in found.changed)
    counted.update({LineChangeKind.ADDED: len(found.added), LineChangeKind.LEFT: len(found.left)})
    return (
        ", ".join(f"{change.label('fr')} : {counted[change]}" for change in LineChangeKind if counted[change])
        or "aucune"
    )
