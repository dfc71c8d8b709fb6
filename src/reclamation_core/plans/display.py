"""Plans and their editions as a notebook shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.references import PlanScope
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.cases.texts import NOTE, REDACTED, displayed_vault
from reclamation_core.markup import Html, Tone, badge, card, joined, pairs, paragraph, section, table
from reclamation_core.plans.action import Action
from reclamation_core.plans.codes import ActionStatus, Change, Effectiveness
from reclamation_core.plans.published import PlanLine, PublishedPlan, in_order, published_plan_difference
from reclamation_core.plans.rendering import COLUMNS, Column, Reader, in_figures, reader

if TYPE_CHECKING:
    from reclamation_core.plans.plan import Pgaac

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
_HIDDEN: Final = f"{REDACTED} : un texte conservé avec son plan, dont to_html(texts=True) le montre."
_EDITIONS: Final = ("N°", "Publiée le", "Diffusion", "Lignes", "Évolution")


def plan_card(plan: Pgaac, *, texts: bool, zone: tzinfo | None, families: Taxonomy | None) -> Html:
    """A living plan: its lines, with or without their texts, and its editions."""
    how = _reader(displayed_vault(plan.vault, texts=texts), zone, families)
    lines = _lines("Actions", plan.lines, _OF_A_PLAN, how)
    editions = [table("Éditions", _EDITIONS, _editions(plan, how), numbers={3})] if plan.editions else []
    note = [paragraph(NOTE)] if REDACTED in lines else []
    return card(section(f"PGAAC – {plan.scope.label('fr')}", lines, *editions, *note))


def edition_card(edition: PublishedPlan) -> Html:
    """An edition: when it was published, to whom, and its lines; its texts are in its plan's vault."""
    how = _reader(Vault())
    title = f"PGAAC – {edition.scope.label('fr')} – édition n° {edition.number}"
    told = f"Publiée le {how.show(edition.published_at)}. Diffusion : {how.show(edition.recipients)}."
    return card(section(title, paragraph(told), _lines("Actions", edition.lines, _OF_SEVERAL, how)))


def action_card(action: Action) -> Html:
    """An action by itself: what is known of it. Its texts, which are in its plan's vault, are not shown."""
    how = _Veiled("fr", Vault(), ZoneInfo("Europe/Paris"), in_figures)
    marks = [marked_action(mark) for mark in (action.status, action.effectiveness) if mark is not None]
    line = PlanLine(PlanScope.nation(), action)  # a line stands on a plan; which one says nothing here
    told = {column.header.fr: column.cell(line, how) for column in COLUMNS if column.name not in _OF_A_LINE}
    told["Suite"] = ", ".join(reference.label("fr") for reference in action.follow_ups)
    known = pairs("Fiche", ((name, text) for name, text in told.items() if text))
    note = [paragraph(_HIDDEN)] if REDACTED in known else []
    return card(section(joined([f"Action {action.reference} ", *marks]), known, *note))


@attrs.frozen
class _Veiled(Reader):
    """Shows that there is a text, and not the text."""

    def show(self, value: Any) -> str:
        return REDACTED if isinstance(value, Commitment) else super().show(value)


def _reader(vault: Vault, zone: tzinfo | None = None, families: Taxonomy | None = None) -> Reader:
    return reader(vault, zone=zone, families=families).on_a_page


def _lines(caption: str, lines: tuple[PlanLine, ...], names: tuple[str, ...], how: Reader) -> Html:
    if not lines:
        return paragraph("Aucune action.")
    by_name = {column.name: column for column in COLUMNS}
    columns = [by_name[name] for name in names]
    rows = ([_cell(column, line, how) for column in columns] for line in in_order(lines))
    return table(caption, (column.header.in_(how.lang) for column in columns), rows)


def marked_action(member: ActionStatus | Effectiveness) -> Html:
    """How far an action has come, or what it did, by its label, on the ground that it has."""
    return badge(member.label(), _TONES[member])


def _cell(column: Column, line: PlanLine, how: Reader) -> str:
    value = column.value(line, how)
    if isinstance(value, ActionStatus | Effectiveness):
        return marked_action(value)
    return how.show(value)


def _editions(plan: Pgaac, how: Reader) -> Iterator[Iterable[str]]:
    before = None
    for edition in plan.editions:
        lines, published = str(len(edition.lines)), how.show(edition.published_at)
        yield str(edition.number), published, how.show(edition.recipients), lines, _changes(before, edition)
        before = edition


def _changes(before: PublishedPlan | None, after: PublishedPlan) -> str:
    """How many lines became what, from one edition to the next."""
    found = published_plan_difference(before, after)
    counted = Counter(change.change for change in found.changed)
    counted.update({Change.ADDED: len(found.added), Change.LEFT: len(found.left)})
    return ", ".join(f"{change.label('fr')} : {counted[change]}" for change in Change if counted[change]) or "aucune"
