"""The registers that the demonstration writes: one row a case, one row an alert, for French spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from reclamation_core.cases import Alerted, Case
from reclamation_core.cli.life.reading import alerts, runs
from reclamation_core.cli.life.stories import answered_on, causes
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text
from reclamation_core.intake.writing import written_aside
from reclamation_core.vocabulary import LabelledEnum


def _received_on(case: Case) -> date:
    return case.received_on


def _days_to_answer(case: Case) -> int | None:
    """How many business days the latest answer took, from the start of its run."""
    taken = [
        deadline.calendar.count(deadline.received_on, deadline.calendar.day_of(run.answered_at))
        for run, deadline in runs(case)
        if run.answered_at is not None
    ]
    return taken[-1] if taken else None


def _decision(case: Case) -> LabelledEnum | None:
    decisions = [run.answer.decision for run in case.answer_cycles if run.answer is not None]
    return decisions[-1] if decisions else None


def _closed_on(case: Case) -> date | None:
    return None if case.closed_at is None else case.day_of(case.closed_at)


CASE_COLUMNS: Final[dict[str, Callable[[Case], Any]]] = {
    "dossier": lambda case: case.reference,
    "message": lambda case: case.source,
    "nature": lambda case: case.kind,
    "centre": lambda case: case.site,
    "traité par": lambda case: case.handling_unit,
    "reçu le": _received_on,
    "recevabilité": lambda case: case.standing,
    "niveau": lambda case: case.level,
    "niveau imposé": lambda case: case.level_override is not None,
    "criticité": lambda case: case.verdict.band,
    "complexité": lambda case: case.verdict.complexity,
    "état": lambda case: case.state,
    "à répondre le": lambda case: None if case.deadline is None or case.is_deadline_suspended else case.deadline.due,
    "répondu le": answered_on,
    "jours ouvrés pour répondre": _days_to_answer,
    "réponse": _decision,
    "réaction": lambda case: None if case.reaction is None else case.reaction.reaction,
    "causes": causes,
    "actions": lambda case: tuple(line.label() for line in case.actions),
    "liens": lambda case: tuple(f"{link.kind.label('fr')} {link.to}" for link in case.links),
    "clos le": _closed_on,
    "motif de clôture": lambda case: None if case.closure is None else case.closure.reason,
    "anonymisé": lambda case: case.anonymised_at is not None,
}
"""The columns of the register of cases, in order, and what each shows of a case."""

ALERT_COLUMNS: Final = ("date", "dossier", "centre", "délai", "action", "seuil", "échéance", "tardive")
"""The columns of the register of alerts, in order."""


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    """Write the register of cases."""
    write_register(path, CASE_COLUMNS, ([column(case) for column in CASE_COLUMNS.values()] for case in cases))


def write_alerts(path: Path, cases: Sequence[Case]) -> None:
    """Write the register of alerts, in the order in which they were raised."""
    rows = (
        (day, case.reference, case.handling_unit, alert.clock, _action(alert), alert.threshold, alert.due, alert.late)
        for day, case, alert in alerts(cases)
    )
    write_register(path, ALERT_COLUMNS, rows)


def _action(alert: Alerted) -> str | None:
    return None if alert.action is None else alert.action.label()


def write_register(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV file; a text that a spreadsheet would take for a formula gets an apostrophe."""
    with written_aside(path, SPREADSHEET_ENCODING) as file:
        file.write(csv_text([header, *(map(_cell, row) for row in rows)]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, LabelledEnum):
        return value.label("fr")
    return ", ".join(value) if isinstance(value, tuple) else str(value)
