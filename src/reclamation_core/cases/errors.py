"""Errors of cases: a refused command, an invalid event stream."""

from __future__ import annotations

import attrs

from reclamation_core.cases.aggregate import RefusalError
from reclamation_core.cases.codes import CommandType, Permission
from reclamation_core.errors import ErrorKind, ReclamationError
from reclamation_core.tables import Decision, Input
from reclamation_core.wording import Lang


@attrs.define(eq=False)
class CommandRefusedError(RefusalError):
    """Guards of a command are not met; the case has not changed.

    Args:
        case: the reference of the case.
        command: the refused command.
        permission: the decision that refused, with every guard that is not met.
        missing: the facts to complete, if guards refuse for want of them; each input has its question.
    """

    code = "command_refused"
    kind = ErrorKind.REFUSED

    case: str
    command: CommandType
    permission: Decision[Permission]
    missing: tuple[Input, ...] = ()

    def subject(self, lang: Lang) -> str:
        """Return the name of the case."""
        return f"{'Dossier' if lang == 'fr' else 'Case'} {self.case}"

    def __str__(self) -> str:
        return self.in_("en")


@attrs.define(eq=False)
class EventStreamError(ReclamationError, ValueError):
    """An event cannot follow those of a case.

    The events are numbered without holes and belong to one case, only the first is a registration, none was recorded
    before the previous one, and each is possible for the state of the case.

    Args:
        case: the case.
        expected: the number of the next event.
        event: the case of the invalid event.
        number: its number.
        reason: what is wrong, if it is neither the number, the case nor the order.
    """

    code = "invalid_event_stream"
    kind = ErrorKind.INVALID

    case: str
    expected: int
    event: str
    number: int
    reason: str = ""

    def __str__(self) -> str:
        invalid = f"case {self.case!r}: event {self.number} of case {self.event!r} cannot follow"
        if self.reason:
            return f"{invalid}: {self.reason}"
        return (
            f"{invalid}; "
            f"event {self.expected} of {self.case!r} is expected, not recorded before the one it follows, and only the "
            "first is a registration"
        )
