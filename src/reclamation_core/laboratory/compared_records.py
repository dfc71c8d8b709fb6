"""The records of a comparison, its parameters of cost, and the definitions of its measures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.laboratory.outcomes import OUT_OF_SCOPE
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.staffing.team import Staffing
from reclamation_core.validators import of_class
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording

ALL: Final = "all"
"""All messages, of no group in particular."""


def _amount(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and (
        isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf
    ):
        raise ValueError(f"{attribute.name}: {value!r}; give a finite amount, 0 or more, or None")


@attrs.frozen(kw_only=True)
class Costs(SharedRepr):
    """The parameters of the cost of messages (paramètres de coût).

    Args:
        efforts: the working time to qualify a message, and to treat one at each level.
        per_hour: the cost of an hour of work; None for no cost.
        per_overdue_answer: the cost of an answer that is late; None for none.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    efforts: Staffing = attrs.field(factory=Staffing, validator=of_class(Staffing))
    per_hour: float | None = attrs.field(default=None, validator=_amount)
    per_overdue_answer: float | None = attrs.field(default=None, validator=_amount)

    @property
    def is_priced(self) -> bool:
        """True if there is a cost."""
        return self.per_hour is not None or self.per_overdue_answer is not None

    @property
    def hours(self) -> Mapping[str, float]:
        """The mean hours of work on a message, by its handling."""
        qualified, treated = self.efforts.qualification.mean, self.efforts.treatment
        return {OUT_OF_SCOPE: qualified / 60, **{one.value: (qualified + treated[one].mean) / 60 for one in Level}}

    def cost(self, hours: float, overdue: float) -> float:
        """Return the cost of hours of work and of overdue answers."""
        return hours * (self.per_hour or 0) + overdue * (self.per_overdue_answer or 0)


@attrs.frozen(kw_only=True)
class ComparedSide(SharedRepr):
    """One side of a comparison.

    Args:
        edition: the name of the edition.
        digest: its digest.
        cases: the number of messages.
        first: the first day of receipt; None where it is not known.
        last: the last day of receipt.
        policy: the edition.
    """

    edition: str
    digest: str
    cases: int
    first: date | None
    last: date | None
    policy: Policy = attrs.field(repr=False)

    @property
    def days(self) -> int | None:
        """The number of days from the first receipt to the last; None where they are not known."""
        return None if self.first is None or self.last is None else (self.last - self.first).days + 1

    @property
    def weeks(self) -> float | None:
        """The number of weeks; None where the days are not known."""
        return None if self.days is None else self.days / 7


@attrs.frozen(kw_only=True)
class ComparedLevel(SharedRepr):
    """The messages of an outcome on both sides; `attrs.asdict` returns a row of a data frame.

    Args:
        by: the dimension of the group; `all` for all messages.
        group: the value in that dimension; `all` for all messages, empty for those without a value.
        outcome: a level, `undetermined` or `out_of_scope`.
        before: the number of messages before.
        after: the number after.
        change: how many more.
        share_change: by how much their share of the messages changes.
        low: the lower bound of the confidence interval of `share_change`; None where nothing is left to chance.
        high: the upper bound.
        before_least: how many messages before are surely of this outcome, whatever their unknown facts.
        before_most: how many may be.
        after_least: the same after.
        after_most: the same after.
        change_least: the least that `change` may be, whatever the unknown facts.
        change_most: the most that it may be.
    """

    by: str
    group: str
    outcome: str
    before: int
    after: int
    change: int
    share_change: float
    low: float | None
    high: float | None
    before_least: int
    before_most: int
    after_least: int
    after_most: int
    change_least: int
    change_most: int

    @property
    def is_clear(self) -> bool:
        """True if the interval does not contain 0."""
        return _is_clear(self.low, self.high)


@attrs.frozen(kw_only=True)
class ComparedMeasure(SharedRepr):
    """A measure on both sides; `attrs.asdict` returns a row of a data frame.

    Args:
        by: as for `ComparedLevel`.
        group: as for `ComparedLevel`.
        measure: a key of `COMPARED_MEASURES`.
        before: its value before; None where it is not known.
        after: its value after.
        change: how much more.
        low: the lower bound of the confidence interval of the change; None where nothing is left to chance.
        high: the upper bound.
        least: the least that the change may be, whatever the unknown facts; None where they do not count.
        most: the most that it may be.
    """

    by: str
    group: str
    measure: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def is_clear(self) -> bool:
        """True if the interval does not contain 0."""
        return _is_clear(self.low, self.high)


@attrs.frozen(kw_only=True)
class ChangedDecision(SharedRepr):
    """A decision that differs, with the rows that decide otherwise; `attrs.asdict` returns a row of a data frame.

    Args:
        by: as for `ComparedLevel`.
        group: as for `ComparedLevel`.
        decision: a name of `frames.DECISIONS`.
        before: the outcome before.
        after: the outcome after.
        rows_before: the ids of the rows that decided before, with a space between; empty where undetermined.
        rows_after: the ids of those after.
        cases: the number of messages.
        share: their share of the group.
        low: the lower bound of the confidence interval of the share; None where nothing is left to chance.
        high: the upper bound.
        references: the references of the first of these messages, over all groups.
    """

    by: str
    group: str
    decision: str
    before: str
    after: str
    rows_before: str
    rows_after: str
    cases: int
    share: float
    low: float | None
    high: float | None
    references: tuple[str, ...]


@attrs.frozen(kw_only=True)
class MovedDueDate(SharedRepr):
    """How due dates move; `attrs.asdict` returns a row of a data frame.

    Args:
        by: as for `ComparedLevel`.
        group: as for `ComparedLevel`.
        change: `moved`, `kept`, `gained`, `lost` or `none`, as for `Replay.due_dates`.
        days: how many calendar days later; None unless there is a date on both sides.
        cases: the number of messages.
    """

    by: str
    group: str
    change: str
    days: int | None
    cases: int


@attrs.frozen
class ComparedMeasureDefinition(SharedRepr):
    """What a measure of a comparison counts.

    Args:
        title: its name for a reader.
        definition: what it counts.
        is_share: True if it lies between 0 and 1.
    """

    title: Wording
    definition: Wording
    is_share: bool = False


COMPARED_MEASURES: Final[Mapping[str, ComparedMeasureDefinition]] = {
    "messages": ComparedMeasureDefinition(
        Wording("demandes", "messages"), Wording("le nombre de demandes", "the number of messages")
    ),
    "messages_per_week": ComparedMeasureDefinition(
        Wording("demandes par semaine", "messages a week"),
        Wording(
            "le nombre de demandes par semaine, de la première réception à la dernière",
            "the number of messages a week, from the first receipt to the last",
        ),
    ),
    "decided_otherwise": ComparedMeasureDefinition(
        Wording("demandes décidées autrement", "messages decided otherwise"),
        Wording(
            "la part des demandes dont une décision change", "the share of the messages of which a decision changes"
        ),
        is_share=True,
    ),
    "due_dates_moved": ComparedMeasureDefinition(
        Wording("échéances modifiées", "due dates changed"),
        Wording(
            "la part des demandes dont l'échéance est déplacée, ajoutée ou supprimée",
            "the share of the messages whose due date is moved, gained or lost",
        ),
        is_share=True,
    ),
    "hours": ComparedMeasureDefinition(
        Wording("heures de travail", "hours of work"),
        Wording(
            "les heures que demandent la qualification et le traitement, en moyenne, faites ou non ; sans niveau "
            "déterminé, celles du niveau le plus bas encore possible",
            "the mean hours that qualification and treatment need, done or not; while the level is undetermined, "
            "those of the lowest one still possible",
        ),
    ),
    "hours_per_message": ComparedMeasureDefinition(
        Wording("heures par demande", "hours a message"),
        Wording("les heures de travail par demande", "the hours of work a message"),
    ),
    "hours_by_volume": ComparedMeasureDefinition(
        Wording("heures : effet du nombre", "hours: effect of the number"),
        Wording(
            "l'écart d'heures si seul le nombre de demandes changeait",
            "the change of the hours if the number of messages alone changed",
        ),
    ),
    "hours_by_mix": ComparedMeasureDefinition(
        Wording("heures : effet de la nature", "hours: effect of the mix"),
        Wording(
            "l'écart d'heures dû à d'autres demandes, sous la première version",
            "the change of the hours due to other messages, under the first edition",
        ),
    ),
    "hours_by_edition": ComparedMeasureDefinition(
        Wording("heures : effet de la version", "hours: effect of the edition"),
        Wording(
            "l'écart d'heures dû à la seconde version, sur les secondes demandes",
            "the change of the hours due to the second edition, on the second messages",
        ),
    ),
    "overdue_answers": ComparedMeasureDefinition(
        Wording("réponses en retard", "overdue answers"),
        Wording(
            "les réponses tardives ou absentes dont l'échéance est venue",
            "the answers that are late or missing, of those whose due date has come",
        ),
    ),
    "on_time_rate": ComparedMeasureDefinition(
        Wording("réponses dans le délai", "answers in time"),
        Wording(
            "la part des réponses dans le délai, parmi les échéances venues",
            "the share of answers in time, of those whose due date has come",
        ),
        is_share=True,
    ),
    "cost": ComparedMeasureDefinition(
        Wording("coût", "cost"),
        Wording(
            "les heures et les réponses en retard, aux coûts indiqués",
            "the hours and the overdue answers, at their costs",
        ),
    ),
}
"""The measures of a comparison by name, each with its title and its definition."""


def _is_clear(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and not low <= 0 <= high
