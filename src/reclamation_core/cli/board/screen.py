"""The board on the screen: what is overdue first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from rich.console import Console
from rich.text import Text

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.board.shown import Board
from reclamation_core.cli.layout import heading, lines, listed, show, table
from reclamation_core.cli.words import number, plural
from reclamation_core.desk import AwaitedAnswer, AwaitedCheck
from reclamation_core.vocabulary import Level

_T = TypeVar("_T")

_NO_QUESTION: Final = "Que demander ? L'édition de la procédure n'est pas connue ici : donnez-la par --policy"


def show_board(screen: Console, board: Board, limit: int) -> None:
    """The whole board; at most so many lines a section, all for 0."""
    _show_title(screen, board)
    _show_damaged(screen, board)
    if not board.awaited_in_all and not board.agenda.checks:
        screen.print("Rien n'est attendu.")
        return
    _show_counts(screen, board)
    _show_answers(screen, "En retard", board.overdue, board, limit)
    _show_answers(screen, f"À répondre d'ici au {in_words(board.agenda.until)}", board.coming, board, limit)
    _show_unclear(screen, board.unclear, limit)
    _show_checks(screen, board, limit)


def _show_title(screen: Console, board: Board) -> None:
    screen.print(Text(f"À suivre, vu du {in_words(board.as_of)}", style="bold"))
    lines(screen, ", ".join(filter(None, [board.name, board.place])))


def _show_damaged(screen: Console, board: Board) -> None:
    if board.agenda.damaged:
        lines(screen, f"Illisibles, et peut-être attendus : {listed(board.agenda.damaged)}. Que faire : db verify")


def _show_counts(screen: Console, board: Board) -> None:
    until = f"d'ici au {board.agenda.until:%d/%m/%Y}"
    late, coming = (Counter(one.level for one in some) for some in (board.overdue, board.coming))
    heading(screen, f"Réponses attendues ({number(board.awaited_in_all)})")
    rows = (
        (level.label(), late[level], coming[level], board.awaited[level] - late[level] - coming[level])
        for level in Level
    )
    cells = [(label, *map(number, counts)) for label, *counts in rows]
    show(screen, table(("niveau", "en retard", until, "plus tard"), cells, right=(1, 2, 3)))


def _show_answers(screen: Console, title: str, answers: Sequence[AwaitedAnswer], board: Board, limit: int) -> None:
    if not answers:
        return
    heading(screen, f"{title} ({number(len(answers))})")
    rows = (
        (f"{one.due:%d/%m/%Y}", _waiting(one, board), one.case, one.level.label(), one.state.label(), one.site)
        for one in _first(answers, limit)
    )
    show(screen, table(("à répondre le", "délai", "dossier", "niveau", "état", "centre"), rows, unbroken=(0, 2)))
    _show_others(screen, len(answers), limit)


def _waiting(one: AwaitedAnswer, board: Board) -> str:
    """How far the last day is, in calendar days."""
    days = (one.due - board.as_of).days
    return "aujourd'hui" if days == 0 else f"{number(-days)} j de retard" if days < 0 else f"dans {days} j"


def _show_unclear(screen: Console, answers: Sequence[AwaitedAnswer], limit: int) -> None:
    if not answers:
        return
    heading(screen, f"À clarifier ({number(len(answers))})")
    for question, some in _by_question(answers):
        lines(screen, f"{question} ({number(len(some))} {plural('dossier', len(some))})")
        lines(screen, "  " + listed(one.case for one in _first(some, limit)), "  ")
        _show_others(screen, len(some), limit)


def _by_question(answers: Sequence[AwaitedAnswer]) -> Iterator[tuple[str, list[AwaitedAnswer]]]:
    """The cases by what is to be asked first, the most frequent question first."""
    found: dict[str, list[AwaitedAnswer]] = {}
    for one in answers:
        found.setdefault(_NO_QUESTION if one.question is None else one.question.fr, []).append(one)
    yield from sorted(found.items(), key=lambda item: -len(item[1]))


def _show_checks(screen: Console, board: Board, limit: int) -> None:
    checks = board.agenda.checks
    if not checks:
        return
    heading(screen, f"Efficacité à vérifier ({number(len(checks))})")
    rows = ((f"{one.due:%d/%m/%Y}", one.action, one.plan.label(), _what(one)) for one in _first(checks, limit))
    show(screen, table(("à vérifier le", "action", "plan", "quoi"), rows, unbroken=(0, 1)))
    _show_others(screen, len(checks), limit)


def _what(check: AwaitedCheck) -> str:
    return check.what or "(effacé)"


def _first(some: Sequence[_T], limit: int) -> Sequence[_T]:
    return some[:limit] if limit else some


def _show_others(screen: Console, count: int, limit: int) -> None:
    others = count - limit
    if limit and others > 0:
        screen.print(f"... et {number(others)} {plural('autre', others)} (--limit 0 les montre toutes)")
