"""The board as a file: CSV for a French spreadsheet, JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from reclamation_core.cli.board.shown import Board
from reclamation_core.desk import AwaitedAnswer, AwaitedCheck
from reclamation_core.documents.csv_text import csv_text

COLUMNS: Final = ("attendu", "échéance", "jours de retard", "dossier", "action", "centre ou plan", "niveau", "état",
                  "recevabilité", "question ou action")  # fmt: skip
"""The columns of the CSV file; a day that is still to come has no days of delay."""


def as_csv(board: Board) -> str:
    """One line for each thing awaited, in the order of the days; what a formula would begin with is protected."""
    return csv_text((COLUMNS, *_rows(board)))


def _rows(board: Board) -> Iterator[tuple[str, ...]]:
    awaited: list[AwaitedAnswer | AwaitedCheck] = [*board.agenda.answers, *board.agenda.checks]
    for one in sorted(awaited, key=lambda one: one.due):
        late = (board.as_of - one.due).days
        dated = (one.due.isoformat(), str(late) if late > 0 else "")
        if isinstance(one, AwaitedAnswer):
            yield ("réponse", *dated, *_answer(one))
        else:
            yield ("vérification d'efficacité", *dated, *_check(one))


def _answer(one: AwaitedAnswer) -> tuple[str, ...]:
    question = "" if one.question is None else one.question.fr
    return (one.case, "", one.site, one.level.label(), one.state.label(), one.standing.label(), question)


def _check(one: AwaitedCheck) -> tuple[str, ...]:
    return ("", one.action, one.plan.label(), "", one.status.label(), "", one.what or "")


def as_json(board: Board) -> str:
    """The same as one document, with codes in place of labels."""
    document = {
        "as_of": board.as_of.isoformat(),
        "until": board.agenda.until.isoformat(),
        "awaited": {level.value: count for level, count in board.awaited.items()},
        "answers": [_answer_document(one, board) for one in board.agenda.answers],
        "damaged": list(board.agenda.damaged),
        "checks": [_check_document(one, board) for one in board.agenda.checks],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _answer_document(one: AwaitedAnswer, board: Board) -> dict[str, Any]:
    return {
        "due": one.due.isoformat(),
        "overdue": one.due < board.as_of,
        "case": one.case,
        "site": one.site,
        "level": one.level.value,
        "state": one.state.value,
        "standing": one.standing.value,
        "question": None if one.question is None else one.question.fr,
    }


def _check_document(one: AwaitedCheck, board: Board) -> dict[str, Any]:
    return {
        "due": one.due.isoformat(),
        "overdue": one.due < board.as_of,
        "plan": one.plan.key,
        "action": one.action,
        "status": one.status.value,
        "what": one.what,
    }
