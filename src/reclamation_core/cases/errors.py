"""What can be refused to a case, or found wrong in its story."""

from __future__ import annotations

import attrs

from reclamation_core.cases.codes import CommandType, Permission
from reclamation_core.errors import ReclamationError
from reclamation_core.tables import Decision, Input, Row
from reclamation_core.wording import Lang


@attrs.define(eq=False)
class CommandRefusedError(ReclamationError, ValueError):
    """Guards are not met; nothing has changed.

    Args:
        case: the reference of the case.
        verb: what was asked for.
        permission: the decision that refused, with every guard that is not met.
        missing: the facts to complete, where guards refuse for want of them; each input has its question.
    """

    case: str
    verb: CommandType
    permission: Decision[Permission]
    missing: tuple[Input, ...] = ()

    @property
    def guards(self) -> tuple[Row, ...]:
        """The guards that are not met, as the rows that refused: id, clause, reading, wording."""
        return self.permission.deciding

    def in_(self, lang: Lang) -> str:
        """The refusal in sentences: each guard that is not met, what would do, and the questions to answer."""
        verb = self.verb.label(lang)
        reasons = "\n".join(
            [f"- {_reason(row, lang)}" for row in self.guards] + [f"  {_question(fact, lang)}" for fact in self.missing]
        )
        if lang == "fr":
            return f"Dossier {self.case}, « {verb} » est refusé :\n{reasons}"
        return f"Case {self.case}, {verb!r} is refused:\n{reasons}"

    def __str__(self) -> str:
        return self.in_("en")


def _reason(row: Row, lang: Lang) -> str:
    source = row.source(lang)
    text = row.id if row.wording is None else row.wording.in_(lang)
    return f"{text} ({source})" if source else text


def _question(fact: Input, lang: Lang) -> str:
    return f"{fact.name}{' :' if lang == 'fr' else ':'} {fact.question.in_(lang)}"


@attrs.define(eq=False)
class EventStreamError(ReclamationError, ValueError):
    """Events that make no story: a hole in their numbers, another case's event, a registration that is not the first,
    an event recorded before the one it follows, or one that cannot happen to such a case.

    Args:
        case: the case whose story it is.
        expected: the number of the event that is to come.
        event: the case of the event that came.
        number: its number.
        reason: what is wrong, where it is neither the number, the case nor the order.
    """

    case: str
    expected: int
    event: str
    number: int
    reason: str = ""

    def __str__(self) -> str:
        told = f"case {self.case!r}: event {self.number} of case {self.event!r} cannot follow"
        if self.reason:
            return f"{told}: {self.reason}"
        return (
            f"{told}; "
            f"event {self.expected} of {self.case!r} is expected, not recorded before the one it follows, and only the "
            "first is a registration"
        )
