"""Errors of plans: a refused command, an invalid event stream, an unknown action or published plan."""

from __future__ import annotations

import attrs

from reclamation_core.cases.codes import Permission
from reclamation_core.cases.references import PlanScope
from reclamation_core.cases.refusals import GuardDetails, RefusalError
from reclamation_core.errors import ErrorKind, WordedError, quoted
from reclamation_core.tables import Decision
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import Lang, Wording


@attrs.define
class PlanRefusedError(RefusalError):
    """Guards of a command are not met; the plan has not changed.

    Args:
        scope: the scope of the plan.
        action: the action; None for a publication.
        command: the refused command.
        permission: the decision that refused, with every guard that is not met.
        details: each guard that is not met, with the values that it refused.
    """

    code = "plan_command_refused"
    kind = ErrorKind.REFUSED

    scope: PlanScope
    action: str | None
    command: PlanCommandType
    permission: Decision[Permission]
    details: tuple[GuardDetails, ...] = ()

    def subject(self, lang: Lang) -> str:
        """Return the name of the plan and of the action."""
        action = "" if self.action is None else f", action {self.action}"
        return f"PGAAC {self.scope.label(lang)}{action}"


@attrs.define
class PlanEventStreamError(WordedError, ValueError):
    """Events that make no history of a plan.

    Args:
        scope: whose plan it is.
        expected: the number of the event that is to come.
        given: the plan of the event that came.
        number: its number.
        reason: in English, why it cannot follow.
    """

    code = "invalid_plan_event_stream"
    kind = ErrorKind.INVALID

    scope: PlanScope
    expected: int
    given: PlanScope
    number: int
    reason: str

    @property
    def wording(self) -> Wording:
        return Wording(
            f"plan {self.scope} : l'événement {self.number} du plan {self.given} ne peut pas suivre ; l'événement "
            f"{self.expected} du plan {self.scope} est attendu",
            f"plan {self.scope}: event {self.number} of plan {self.given} cannot follow, {self.reason}; event "
            f"{self.expected} of plan {self.scope} is expected",
        )


@attrs.define
class UnknownActionError(WordedError, LookupError):
    """No action of the plan has that reference.

    Args:
        scope: whose plan it is.
        action: the unknown reference.
    """

    code = "unknown_action"
    kind = ErrorKind.NOT_FOUND
    argument = "action"

    scope: PlanScope
    action: object

    @property
    def wording(self) -> Wording:
        plan, action = self.scope.label("fr"), quoted(self.action)
        return Wording(
            f"le plan « {plan} » n'a pas d'action {action.fr} ; inscrivez-la, ou indiquez le plan où elle est",
            f"plan {self.scope} has no action {action.en}; add it, or name the plan that it is on",
        )


@attrs.define
class UnknownPublishedPlanError(WordedError, LookupError):
    """The plan has no edition of that number.

    Args:
        scope: whose plan it is.
        number: the unknown number.
        published: how many editions there are.
    """

    code = "unknown_published_plan"
    kind = ErrorKind.NOT_FOUND
    argument = "number"

    scope: PlanScope
    number: object
    published: int

    @property
    def wording(self) -> Wording:
        plan, number = self.scope.label("fr"), quoted(self.number)
        published = "aucune n'est publiée" if not self.published else f"la dernière publiée est la {self.published}"
        return Wording(
            f"le plan « {plan} » n'a pas d'édition {number.fr} ; {published}",
            f"plan {self.scope} has no edition {number.en}; {self.published} published so far, numbered from 1",
        )
