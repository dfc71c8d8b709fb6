"""Errors of cases: a refused command, an invalid event stream."""

from __future__ import annotations

import attrs

from reclamation_core.cases.codes import Permission
from reclamation_core.cases.refusals import GuardDetails, RefusalError
from reclamation_core.errors import ErrorKind, WordedError, quoted
from reclamation_core.tables import Decision, Input
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import Lang, Wording


@attrs.define
class CommandRefusedError(RefusalError):
    """Guards of a command are not met; the case has not changed.

    Args:
        case: the reference of the case.
        command: the refused command.
        permission: the decision that refused, with every guard that is not met.
        missing: the facts to complete, if guards refuse for want of them; each input has its question.
        details: each guard that is not met, with the values that it refused.
    """

    code = "command_refused"
    kind = ErrorKind.REFUSED

    case: str
    command: CommandType
    permission: Decision[Permission]
    missing: tuple[Input, ...] = ()
    details: tuple[GuardDetails, ...] = ()

    def subject(self, lang: Lang) -> str:
        """Return the name of the case."""
        return f"{'Dossier' if lang == 'fr' else 'Case'} {self.case}"


@attrs.define
class EventStreamError(WordedError, ValueError):
    """An event cannot follow those of a case.

    The events are numbered without holes and belong to one case, only the first is a registration, none was recorded
    before the previous one, and each is possible for the state of the case.

    Args:
        case: the case.
        expected: the number of the next event.
        event: the case of the invalid event.
        number: its number.
        reason: in English, what is wrong, if it is neither the number, the case nor the order.
    """

    code = "invalid_event_stream"
    kind = ErrorKind.INVALID

    case: str
    expected: int
    event: str
    number: int
    reason: str = ""

    @property
    def wording(self) -> Wording:
        case, event = quoted(self.case), quoted(self.event)
        fr = f"dossier {case.fr} : l'événement {self.number} du dossier {event.fr} ne peut pas suivre"
        en = f"case {case.en}: event {self.number} of case {event.en} cannot follow"
        if self.reason:
            return Wording(f"{fr} : l'état du dossier ne le permet pas", f"{en}: {self.reason}")
        return Wording(
            f"{fr} ; l'événement {self.expected} de {case.fr} est attendu, enregistré après le précédent, et seul le "
            "premier est un enregistrement",
            f"{en}; event {self.expected} of {case.en} is expected, not recorded before the one it follows, and only "
            "the first is a registration",
        )
