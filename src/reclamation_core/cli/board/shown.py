"""What a board shows, gathered from a desk."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from reclamation_core.cases import Admissibility
from reclamation_core.desk import Agenda, AwaitedAnswer, Desk
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import Level

_EVER: Final = date.max


@attrs.frozen(kw_only=True)
class Board:
    """What is awaited until a day, seen from a day, and how many answers are awaited in all.

    Args:
        name: the database, as it may be shown.
        place: whose cases are shown; "" where all are.
        as_of: the day from which it is looked at.
        agenda: what is awaited.
        awaited: by level, how many answers are awaited, whenever they are due.
    """

    name: str
    place: str
    as_of: date
    agenda: Agenda
    awaited: dict[Level, int]

    @property
    def awaited_in_all(self) -> int:
        """How many answers are awaited, whenever they are due."""
        return sum(self.awaited.values())

    @property
    def overdue(self) -> tuple[AwaitedAnswer, ...]:
        """The answers whose last day is over."""
        return tuple(one for one in self.agenda.answers if one.due < self.as_of)

    @property
    def coming(self) -> tuple[AwaitedAnswer, ...]:
        """The others that are due until then."""
        return tuple(one for one in self.agenda.answers if one.due >= self.as_of)

    @property
    def unclear(self) -> tuple[AwaitedAnswer, ...]:
        """Those that are to be clarified first."""
        return tuple(one for one in self.agenda.answers if one.standing is Admissibility.TO_BE_CLARIFIED)


def board_of(desk: Desk, *, name: str, place: str, as_of: date, until: date) -> Board:
    """The board of a desk."""
    awaited = {level: desk.cases.count(CaseQuery(levels={level}, due_until=_EVER)) for level in Level}
    return Board(name=name, place=place, as_of=as_of, agenda=desk.agenda(until), awaited=awaited)
