"""The columns of a plan as it is shown: the usual ones of an improvement plan, with their headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from typing import Any

import attrs

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.redaction import ERASED
from reclamation_core.cases.sealed import Commitment, Vault
from reclamation_core.plans.action import Reopening
from reclamation_core.plans.edition import PlanLine
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Lang, Wording


@attrs.frozen
class Reader:
    """How values are shown: language, texts, zone in which an instant is a day, how a day is written, families.

    A family of causes that has no name there is shown by its code.
    """

    lang: Lang
    vault: Vault
    zone: tzinfo
    day: Callable[[date], str] = date.isoformat
    families: Taxonomy = TRAINING_BODY

    def show(self, value: Any) -> str:
        """A value as a cell: nothing for None, a day for an instant, a label for a member of a vocabulary."""
        if isinstance(value, Commitment):
            words = self.vault.read(value)
            return ERASED.in_(self.lang) if words is None else words
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
        """As on a page, which people read: days as French tables have them, where it is French.

        In a file they stay as every program reads them.
        """
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
    return Column(Wording(fr, en), lambda line, _: getattr(line.action, name), short, name)


def _follow_ups(line: PlanLine, reader: Reader) -> tuple[str, ...]:
    """What follows an action up: on its own plan by the reference, on another one with whose that is."""
    return tuple(one.action if one.scope == line.scope else one.label(reader.lang) for one in line.action.follow_ups)


def _of(part: str, name: str, fr: str, en: str) -> Column:
    """A column on a part that an action may not have: its judgement, its abandonment."""
    return Column(Wording(fr, en), lambda line, _: getattr(getattr(line.action, part), name, None))


def _place(line: PlanLine, reader: Reader) -> str:
    return line.action.site or reader.show(line.action.level)


def _family(line: PlanLine, reader: Reader) -> Wording | None:
    code = line.action.cause_family
    return None if code is None else reader.families.named(code)


def _plan(line: PlanLine, reader: Reader) -> str:
    return line.scope.label(reader.lang)


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
    Column(Wording("Site ou niveau", "Site or level"), _place, short=True, name="place"),
    _field("Constat", "Finding", "finding"),
    _field("Exigence", "Requirement", "requirement"),
    Column(Wording("Famille de cause", "Family of cause"), _family, name="cause_family"),
    _field("Cause", "Cause", "cause", short=True),
    _field("Action", "Action", "what", short=True),
    _field("Type", "Type", "type", short=True),
    _field("Priorité", "Priority", "priority"),
    _field("Pilote", "Owner", "owner", short=True),
    _field("Ressources", "Resources", "resources"),
    _field("Échéance", "Planned", "planned", short=True),
    _field("Début", "Started", "started"),
    _field("Réalisation", "Done", "done"),
    _field("État", "Status", "status", short=True),
    _field("Preuve", "Evidence", "evidence"),
    _field("Critère d'efficacité", "Effectiveness criterion", "criterion"),
    _field("Efficacité à vérifier le", "Effectiveness to be checked on", "check_on"),
    _field("Efficacité", "Effectiveness", "effectiveness", short=True),
    _of("judgement", "at", "Jugée le", "Judged on"),
    _of("judgement", "by", "Jugée par", "Judged by"),
    _of("judgement", "why", "Motif du verdict", "Grounds of the verdict"),
    Column(Wording("Suite", "Follow-up"), _follow_ups, name="follow_ups"),
    _field("Étendue à", "Spread to", "spread"),
    _field("Clôture", "Closed", "closed"),
    _of("abandonment", "at", "Abandon", "Abandoned"),
    _of("abandonment", "reason", "Motif de l'abandon", "Reason of the abandonment"),
    REOPENINGS,
)
"""Every column, in the order in which a plan is read."""
