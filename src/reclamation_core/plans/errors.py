"""What can be refused to a plan, or found wrong in its story."""

from __future__ import annotations

import attrs

from reclamation_core.cases.codes import Permission
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.errors import ReclamationError, WordedError
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.tables import Decision, Row
from reclamation_core.wording import Lang, Wording


@attrs.define(eq=False)
class PlanRefusedError(ReclamationError, ValueError):
    """Guards are not met; nothing has changed.

    Args:
        scope: whose plan it is.
        action: the action, None where an edition was to be published.
        verb: what was asked for.
        permission: the decision that refused, with every guard that is not met.
    """

    scope: PlanScope
    action: str | None
    verb: PlanCommandType
    permission: Decision[Permission]

    @property
    def guards(self) -> tuple[Row, ...]:
        """The guards that are not met, as the rows that refused: id, clause, reading, wording."""
        return self.permission.deciding

    def in_(self, lang: Lang) -> str:
        """The refusal in sentences: each guard that is not met, and what would do."""
        verb = self.verb.label(lang)
        reasons = "\n".join(f"- {_reason(row, lang)}" for row in self.guards)
        action = "" if self.action is None else f", action {self.action}"
        place = f"PGAAC {self.scope.label(lang)}{action}"
        if lang == "fr":
            return f"{place}, « {verb} » est refusé :\n{reasons}"
        return f"{place}, {verb!r} is refused:\n{reasons}"

    def __str__(self) -> str:
        return self.in_("en")


def _reason(row: Row, lang: Lang) -> str:
    source = row.source(lang)
    text = row.id if row.wording is None else row.wording.in_(lang)
    return f"{text} ({source})" if source else text


@attrs.define(eq=False)
class PlanEventStreamError(ReclamationError, ValueError):
    """Events that make no story of a plan.

    Args:
        scope: whose plan it is.
        expected: the number of the event that is to come.
        given: the plan of the event that came.
        number: its number.
        reason: why it cannot follow.
    """

    scope: PlanScope
    expected: int
    given: PlanScope
    number: int
    reason: str

    def __str__(self) -> str:
        return (
            f"plan {self.scope}: event {self.number} of plan {self.given} cannot follow, {self.reason}; event "
            f"{self.expected} of plan {self.scope} is expected"
        )


@attrs.define(eq=False)
class UnknownActionError(WordedError, LookupError):
    """No action of the plan has that reference.

    Args:
        scope: whose plan it is.
        action: the reference that was asked for.
    """

    scope: PlanScope
    action: object

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le plan {self.scope} n'a pas d'action {self.action!r} ; ajoutez-la, ou demandez le plan où elle est",
            f"plan {self.scope} has no action {self.action!r}; add it first, or ask the plan that it is on",
        )


@attrs.define(eq=False)
class UnknownPublishedPlanError(WordedError, LookupError):
    """The plan has no edition of that number.

    Args:
        scope: whose plan it is.
        number: the number that was asked for.
        published: how many editions there are.
    """

    scope: PlanScope
    number: object
    published: int

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"le plan {self.scope} n'a pas d'édition {self.number!r} ; {self.published} publiées, à partir de 1",
            f"plan {self.scope} has no edition {self.number!r}; {self.published} published so far, numbered from 1",
        )
